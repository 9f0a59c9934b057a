/// Decides whether a secret stands around a literal.
struct SecretMatcher {
    let text: TextBytes
    let literal: Range<Int>
    /// Where the last assigned value ended that was looked at; names inside of it are a part of it.
    var lastValueEnd = 0

    init(text: TextBytes, literal: Range<Int>) {
        self.text = text
        self.literal = literal
    }

    mutating func match(_ rule: SecretRule) -> SecretMatch? {
        switch rule.shape {
        case .token(let set, let count): token(rule, set, count)
        case .joined(let parts, let separator): joined(rule, parts, separator)
        case .special(let special): match(rule, special)
        }
    }

    private mutating func match(_ rule: SecretRule, _ special: SecretRule.Special) -> SecretMatch? {
        switch special {
        case .privateKey: privateKey(rule)
        case .url: url(rule)
        case .jsonWebToken: jsonWebToken(rule)
        case .telegramBot: telegramBot(rule)
        case .discordBot: discordBot(rule)
        case .azureClientSecret: azureClientSecret(rule)
        case .assignment: assignment(rule)
        }
    }

    // MARK: Boundaries

    /// Whether a word may begin at `index`: after what is in no word, or after an escape ("\n").
    func begins(_ index: Int, hyphen: Bool = false) -> Bool {
        guard index > 0 else { return true }
        let before = text[index - 1]
        guard ByteSet.word.contains(before) || hyphen && before == UInt8(ascii: "-") else {
            return true
        }
        guard index > 1, text[index - 2] == UInt8(ascii: "\\") else { return false }
        return before == UInt8(ascii: "n") || before == UInt8(ascii: "t")
            || before == UInt8(ascii: "r")
    }

    /// Whether a word may end before `index`.
    func ends(_ index: Int) -> Bool {
        index >= text.count || !ByteSet.word.contains(text[index])
    }

    func byte(_ index: Int) -> UInt8 { index >= 0 && index < text.count ? text[index] : 0 }

    func found(_ rule: SecretRule, _ range: Range<Int>, prefix: Int) -> SecretMatch {
        SecretMatch(
            name: rule.name,
            severity: rule.severity,
            confidence: rule.confidence,
            range: range,
            prefix: prefix
        )
    }

    // MARK: Prefixed tokens

    private func token(
        _ rule: SecretRule,
        _ set: ByteSet,
        _ count: ClosedRange<Int>
    ) -> SecretMatch? {
        let start = literal.lowerBound
        let isWord = ByteSet.word.contains(text[start])
        guard !isWord || begins(start, hyphen: set.contains(UInt8(ascii: "-"))) else { return nil }
        var end = text.end(of: set, from: literal.upperBound, limit: count.upperBound)
        while end > literal.upperBound, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
        guard end - literal.upperBound >= count.lowerBound, ends(end) else { return nil }
        return literalToken(rule, end)
    }

    private func joined(
        _ rule: SecretRule,
        _ parts: [(set: ByteSet, count: ClosedRange<Int>)],
        _ separator: UInt8
    ) -> SecretMatch? {
        guard begins(literal.lowerBound) else { return nil }
        var end = literal.upperBound
        for (index, part) in parts.enumerated() {
            if index > 0 {
                guard byte(end) == separator else { return nil }
                end += 1
            }
            let next = text.end(of: part.set, from: end, limit: part.count.upperBound)
            guard next - end >= part.count.lowerBound else { return nil }
            end = next
        }
        guard ends(end) else { return nil }
        return literalToken(rule, end)
    }

    /// Random characters have an entropy that words and paths of this length do not have.
    private func literalToken(_ rule: SecretRule, _ end: Int) -> SecretMatch? {
        let body = literal.upperBound..<end
        guard !Placeholder.isPlaceholder(text, body.lowerBound, end) else { return nil }
        guard Entropy.bits(text, body.prefix(256)) >= 2.5 else { return nil }
        return found(rule, literal.lowerBound..<end, prefix: literal.count)
    }

    // MARK: Tokens with their mark in the middle

    /// "123456789:AA…": the bot's number, then 35 characters.
    private func telegramBot(_ rule: SecretRule) -> SecretMatch? {
        var start = literal.lowerBound
        while start > 0, literal.lowerBound - start < 11, text[start - 1].isASCIIDigit {
            start -= 1
        }
        let end = text.end(of: .wordOrHyphen, from: literal.lowerBound + 1, limit: 36)
        guard (8...10).contains(literal.lowerBound - start),
            begins(start) || text.has("bot", at: start - 3),
            end - literal.lowerBound == 36,
            !Placeholder.isPlaceholder(text, literal.upperBound, end)
        else { return nil }
        return found(rule, start..<end, prefix: literal.lowerBound - start + 1)
    }

    /// Base64 of the user's number, of a time, and a signature.
    private func discordBot(_ rule: SecretRule) -> SecretMatch? {
        let start = literal.lowerBound
        guard begins(start, hyphen: true) else { return nil }
        let first = text.end(of: .wordOrHyphen, from: start, limit: 29)
        guard (24...28).contains(first - start), byte(first) == UInt8(ascii: ".") else {
            return nil
        }
        let second = text.end(of: .wordOrHyphen, from: first + 1, limit: 7)
        guard second - first == 7, byte(second) == UInt8(ascii: ".") else { return nil }
        let end = text.end(of: .wordOrHyphen, from: second + 1, limit: 40)
        guard (28...39).contains(end - second), ends(end),
            !Placeholder.isPlaceholder(text, start, end)
        else { return nil }
        return found(rule, start..<end, prefix: 0)
    }

    /// Three characters and a digit before "Q~", 31 to 34 after it.
    private func azureClientSecret(_ rule: SecretRule) -> SecretMatch? {
        let set = ByteSet("A-Za-z0-9_~.-")
        let start = literal.lowerBound - 3
        guard start >= 0, text.end(of: set, from: start, limit: 3) == literal.lowerBound,
            start == 0 || !set.contains(text[start - 1])
        else { return nil }
        let end = text.end(of: set, from: literal.upperBound, limit: 35)
        guard (31...34).contains(end - literal.upperBound),
            !Placeholder.isPlaceholder(text, literal.upperBound, end)
        else { return nil }
        return found(rule, start..<end, prefix: 0)
    }

    /// Header, payload and signature (RFC 7515); what it is worth is not known.
    private func jsonWebToken(_ rule: SecretRule) -> SecretMatch? {
        guard begins(literal.lowerBound, hyphen: true) else { return nil }
        let header = text.end(of: .wordOrHyphen, from: literal.lowerBound, limit: 2048)
        guard header - literal.lowerBound >= 12, text.has(".eyJ", at: header) else { return nil }
        let payload = text.end(of: .wordOrHyphen, from: header + 1, limit: 8192)
        guard payload - header >= 12, byte(payload) == UInt8(ascii: ".") else { return nil }
        let end = text.end(of: .wordOrHyphen, from: payload + 1, limit: 2048)
        // The payload of the specification's well-known example, whose subject is "1234567890".
        guard end - payload >= 17, !text.has("eyJzdWIiOiIxMjM0NTY3ODkwIi", at: header + 1),
            !Placeholder.isMonotonous(text, payload + 1..<end),
            !text.containsIgnoringCase("example", in: header..<end),
            !text.containsIgnoringCase("signature", in: payload + 1..<end)
        else { return nil }
        var match = found(rule, literal.lowerBound..<end, prefix: 3)
        match.confidence = .candidate
        return match
    }
}
