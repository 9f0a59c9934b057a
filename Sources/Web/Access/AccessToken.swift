import Core
import TLS

/// The secret of a link, a login or a token: 256 random bits, as 64 hexadecimal digits.
package struct AccessToken: Sendable {
    package let text: String
    package let hash: Digest

    /// A new one.
    package init() {
        let text = Hex.encode(Secret.random(32))
        self.text = text
        hash = SHA256.digest(of: Array(text.utf8))
    }

    /// What somebody shows; nil for what cannot be one.
    package init?(_ text: String) {
        guard (20...100).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return nil }
        self.text = text
        hash = SHA256.digest(of: Array(text.utf8))
    }
}
