import Core
import TLS

/// HMAC-SHA256 (RFC 2104), by which equal secrets are told without keeping them.
enum KeyedHash {
    /// `key`: at most 64 bytes, the hash's block.
    static func of(_ text: String, key: [UInt8]) -> [UInt8] {
        let padded = key.prefix(64) + Array(repeating: 0, count: max(0, 64 - key.count))
        var inner = SHA256Hasher()
        inner.update(padded.map { $0 ^ 0x36 })
        inner.update(Array(text.utf8))
        var outer = SHA256Hasher()
        outer.update(padded.map { $0 ^ 0x5c })
        outer.update(inner.finalize().bytes)
        return outer.finalize().bytes
    }
}
