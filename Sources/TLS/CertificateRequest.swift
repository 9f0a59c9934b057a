import COpenSSL
import Core

/// A request for a certificate (PKCS #10) whose sender proved that the key is his: the signature was checked.
package final class CertificateRequest: Sendable {
    // Safe: the request is never changed after `init`, only read, and only `deinit`, when nobody else can
    // hold it, frees it.
    nonisolated(unsafe) let handle: OpaquePointer

    /// Takes over the reference and checks the signature and the key's strength.
    private init(checking handle: OpaquePointer) throws(TLSError) {
        self.handle = handle
        let key = X509_REQ_get0_pubkey(handle)
        guard let key, X509_REQ_verify(handle, key) == 1 else {
            throw TLSError.failed(
                .badInput,
                "the certificate request is not signed with its own key"
            )
        }
        guard EVP_PKEY_get_security_bits(key) >= CertificateRequest.securityBits else {
            throw TLSError(
                .badInput,
                "the certificate request's key is too weak",
                remedy: "use P-256, or RSA with 2048 bits or more"
            )
        }
    }

    deinit { X509_REQ_free(handle) }

    /// Makes a request for `key`.
    ///
    /// - Parameters:
    ///   - key: the key to be certified.
    ///   - name: for people, `user@host`; cut to 64 characters.
    /// - Throws: `.internal` when OpenSSL cannot sign.
    package convenience init(key: PrivateKey, name: String) throws(TLSError) {
        OpenSSL.forgetErrors()
        guard let handle = X509_REQ_new() else {
            throw TLSError.failed(.internal, "no certificate request could be made")
        }
        let isMade =
            DistinguishedName.set(name, on: X509_REQ_get_subject_name(handle))
            && X509_REQ_set_pubkey(handle, key.handle) == 1
            && X509_REQ_sign(handle, key.handle, EVP_sha256()) > 0
        guard isMade else {
            X509_REQ_free(handle)
            throw TLSError.failed(.internal, "no certificate request could be made")
        }
        try self.init(checking: handle)
    }

    /// Reads a request in DER.
    package convenience init(der: [UInt8]) throws(TLSError) {
        OpenSSL.start()
        OpenSSL.forgetErrors()
        let handle = DER.decode(der, { d2i_X509_REQ(nil, $0, $1) }, free: { X509_REQ_free($0) })
        guard let handle else {
            throw TLSError.failed(.badInput, "this is no certificate request in DER")
        }
        try self.init(checking: handle)
    }

    /// Reads a request in PEM.
    package convenience init(pem: [UInt8]) throws(TLSError) {
        OpenSSL.start()
        OpenSSL.forgetErrors()
        let handle = MemoryBIO.reading(pem) {
            PEM_read_bio_X509_REQ($0, nil, MemoryBIO.noPassword, nil)
        }
        guard let handle else {
            throw TLSError.failed(.badInput, "this is no certificate request in PEM")
        }
        try self.init(checking: handle)
    }

    /// The request in DER.
    package var der: [UInt8] { DER.encode { i2d_X509_REQ(handle, $0) } }

    /// The request in PEM.
    package var pem: [UInt8] { MemoryBIO.writing { PEM_write_bio_X509_REQ($0, handle) == 1 } }

    /// The name that the sender gave itself, for people; not verified by anyone.
    package var name: String { DistinguishedName.commonName(X509_REQ_get_subject_name(handle)) }

    /// The SHA-256 of the public key (SubjectPublicKeyInfo in DER): the same request again has the same.
    package var publicKeyDigest: Digest {
        SHA256.digest(of: DER.encode { i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(handle), $0) })
    }

    /// The strength of RSA with 2048 bits.
    private static let securityBits: Int32 = 112
}
