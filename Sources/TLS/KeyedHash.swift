import Core

/// HMAC-SHA256 (RFC 2104).
package enum KeyedHash {
    /// `key`: at most 64 bytes, the hash's block; a longer one is hashed first.
    package static func of(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        let short = key.count <= 64 ? key : SHA256.digest(of: key).bytes
        let padded = short + Array(repeating: 0, count: 64 - short.count)
        var inner = SHA256Hasher()
        inner.update(padded.map { $0 ^ 0x36 })
        inner.update(bytes)
        var outer = SHA256Hasher()
        outer.update(padded.map { $0 ^ 0x5c })
        outer.update(inner.finalize().bytes)
        return outer.finalize().bytes
    }
}
