import COpenSSL

/// A private key: P-256 where it is made here, any kind that TLS 1.3 signs with where it is given.
package final class PrivateKey: Sendable {
    // Safe: the key is never changed after `init`, OpenSSL counts its references atomically and locks the
    // caches inside it, and only `deinit`, when nobody else can hold it, frees it.
    nonisolated(unsafe) let handle: OpaquePointer

    private init(handle: OpaquePointer) { self.handle = handle }

    deinit { EVP_PKEY_free(handle) }

    /// A new P-256 key.
    package static func generate() throws(TLSError) -> PrivateKey {
        OpenSSL.start()
        OpenSSL.forgetErrors()
        guard let handle = tailship_generate_p256() else {
            throw TLSError.failed(.internal, "no key could be made")
        }
        return PrivateKey(handle: handle)
    }

    /// Reads a key in PEM (PKCS #8, SEC 1 or PKCS #1), not encrypted.
    package convenience init(pem: [UInt8]) throws(TLSError) {
        OpenSSL.start()
        OpenSSL.forgetErrors()
        let handle = MemoryBIO.reading(pem) {
            PEM_read_bio_PrivateKey($0, nil, MemoryBIO.noPassword, nil)
        }
        guard let handle else {
            throw TLSError.failed(
                .badInput,
                "this is no private key in PEM",
                remedy: "give a PEM file that is not encrypted"
            )
        }
        self.init(handle: handle)
    }

    /// The key in PEM (PKCS #8, not encrypted).
    package var pem: [UInt8] {
        MemoryBIO.writing { PEM_write_bio_PKCS8PrivateKey($0, handle, nil, nil, 0, nil, nil) == 1 }
    }
}
