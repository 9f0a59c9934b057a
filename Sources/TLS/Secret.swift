import COpenSSL
import Core

/// Random bytes, and what is done with secrets without giving them away.
package enum Secret {
    /// Cryptographically random bytes.
    ///
    /// Traps when the system has none: nothing that needs a secret can go on then.
    package static func random(_ count: Int) -> [UInt8] {
        OpenSSL.start()
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard RAND_bytes(buffer.baseAddress, Int32(count)) == 1 else {
                preconditionFailure("the system has no random bytes")
            }
            initialized = count
        }
    }

    /// HMAC with SHA-256 (RFC 2104).
    package static func authenticate(_ message: [UInt8], key: [UInt8]) -> Digest {
        SHA256.digest { output in
            var count: UInt32 = 0
            return HMAC(
                SHA256.algorithm,
                key,
                Int32(key.count),
                message,
                message.count,
                output,
                &count
            )
                != nil
        }
    }

    /// Whether the two agree, in a time that does not tell where they differ (it tells the lengths).
    package static func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
    }
}
