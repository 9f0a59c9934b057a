import COpenSSL
import Core

/// SHA-256 in one call.
package enum SHA256 {
    /// The digest of memory.
    package static func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        var hasher = SHA256Hasher()
        hasher.update(bytes)
        return hasher.finalize()
    }

    /// The digest of an array.
    package static func digest(of bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { digest(of: $0) }
    }

    // Safe: the algorithm is immutable once fetched, is never freed, and OpenSSL lets all threads use it.
    nonisolated(unsafe) static let algorithm: OpaquePointer = {
        OpenSSL.start()
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else {
            preconditionFailure("OpenSSL has no SHA-256")
        }
        return algorithm
    }()

    /// The digest that `write` writes into the 32 bytes it is given.
    static func digest(_ write: (UnsafeMutablePointer<UInt8>?) -> Bool) -> Digest {
        let bytes = [UInt8](unsafeUninitializedCapacity: Digest.size) { buffer, initialized in
            initialized = write(buffer.baseAddress) ? Digest.size : 0
        }
        guard let digest = Digest(bytes) else { preconditionFailure("SHA-256 failed") }
        return digest
    }
}
