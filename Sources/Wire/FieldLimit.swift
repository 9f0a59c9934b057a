/// Bounds of the fields of messages, in bytes; all of them together keep each message that may come before
/// a welcome below `Limits.greetingBytes`.
enum FieldLimit {
    /// Versions, and names for people.
    static let name = 255
    /// The name of a source.
    static let source = 64
    /// A sentence for people.
    static let sentence = 2048
    /// The secret of a token.
    static let secret = 64
    /// A PKCS#10 request.
    static let request = 16 * 1024
    /// A certificate chain; a `joined` message carries two.
    static let certificate = 24 * 1024
}
