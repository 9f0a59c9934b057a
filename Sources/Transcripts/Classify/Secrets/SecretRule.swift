/// How one kind of secret is recognised.
struct SecretRule: Sendable {
    /// What follows the rule's literal.
    enum Shape: Sendable {
        /// So many characters of a set, and none of them after.
        case token(ByteSet, ClosedRange<Int>)
        /// Tokens with a separator between them.
        case joined([(set: ByteSet, count: ClosedRange<Int>)], separator: UInt8)
        /// Read by a matcher of its own.
        case special(Special)
    }

    /// Formats that are more than a prefix and its tokens.
    enum Special: Sendable {
        case privateKey, url, jsonWebToken, telegramBot, discordBot, azureClientSecret, assignment
    }

    var name: String
    var severity: Finding.Severity
    var confidence: Finding.Confidence = .definite
    /// What it begins with, or what stands in its middle; at least 3 characters.
    var literals: [String]
    var ignoresCase = false
    var shape: Shape

    init(_ name: String, _ severity: Finding.Severity, _ literals: [String], _ shape: Shape) {
        self.name = name
        self.severity = severity
        self.literals = literals
        self.shape = shape
    }

    /// A literal that so many characters of a set follow.
    init(
        _ name: String,
        _ severity: Finding.Severity,
        _ literals: [String],
        _ set: ByteSet,
        _ count: ClosedRange<Int>
    ) {
        self.init(name, severity, literals, .token(set, count))
    }
}
