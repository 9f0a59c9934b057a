/// A value of high entropy that is assigned to a name like a secret's (formula 23).
extension SecretMatcher {
    private static let shortest = 20
    private static let longest = 512
    private static let bits = 3.5
    private static let blanks = ByteSet(" \t")
    private static let separators = ByteSet(":=>")
    private static let name = ByteSet("A-Za-z0-9_.-")
    private static let bare = ByteSet("A-Za-z0-9_+/=.~-")
    private static let quoted = ByteSet("A-Za-z0-9_+/=.~!@#$%^&*?:,;|(){}[]-")

    /// `name = value`, `"name": "value"`, `--name value`, `Authorization: Bearer value`.
    mutating func assignment(_ rule: SecretRule) -> SecretMatch? {
        guard var index = endOfName() else { return nil }
        let isBearer = text.hasIgnoringCase("bearer ", at: literal.lowerBound)
        if !isBearer { guard skipSeparator(&index) else { return nil } }
        let quote = skipQuote(&index)
        for word in ["bearer ", "basic ", "token "] as [StaticString]
        where text.hasIgnoringCase(word, at: index) { index += word.utf8CodeUnitCount }
        guard index >= lastValueEnd else { return nil }
        let set = quote == nil ? SecretMatcher.bare : SecretMatcher.quoted
        var end = text.end(of: set, from: index, limit: SecretMatcher.longest)
        lastValueEnd = end
        if let quote, byte(end) != quote, byte(end) != UInt8(ascii: "\\") { return nil }
        while quote == nil, end > index, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
        guard isSecret(index..<end, isQuoted: quote != nil) else { return nil }
        return assigned(rule, index..<end)
    }

    /// Where the name ends that the literal is a part of; nil when the literal is a part of another word.
    private func endOfName() -> Int? {
        let end = text.end(of: SecretMatcher.name, from: literal.upperBound, limit: 32)
        guard end > literal.upperBound else { return end }
        let next = text[literal.upperBound]
        let isPlural = next == UInt8(ascii: "s") && !byte(literal.upperBound + 1).isASCIILowercase
        let isUpper = text[literal.upperBound - 1].isASCIIUppercase
        let goesOn = next.isASCIILowercase && !isPlural || next.isASCIIUppercase && isUpper
        let isPassword = text.hasIgnoringCase("passw", at: literal.lowerBound)
        let isSpaced = text[literal.upperBound - 1] == UInt8(ascii: " ")
        return goesOn && !isPassword && !isSpaced ? nil : isSpaced ? literal.upperBound : end
    }

    private func skipSpaces(_ index: inout Int) {
        index = text.end(of: SecretMatcher.blanks, from: index, limit: 4)
    }

    /// A quote that ends the name, then `:`, `=`, `:=`, `=>`, `>`; or only a space after a name with `--`.
    private func skipSeparator(_ index: inout Int) -> Bool {
        let nameEnd = index
        _ = skipQuote(&index)
        if byte(index) == UInt8(ascii: "]") { index += 1 }
        skipSpaces(&index)
        let end = text.end(of: SecretMatcher.separators, from: index, limit: 3)
        if end > index {
            guard !text.has("==", at: index) else { return false }
            index = end
            skipSpaces(&index)
            return true
        }
        return index > nameEnd && isFlag()
    }

    /// Whether the name begins with two hyphens, as an option of a command does.
    private func isFlag() -> Bool {
        var start = literal.lowerBound
        while start > 0, literal.lowerBound - start < 32,
            SecretMatcher.name.contains(text[start - 1])
        {
            start -= 1
        }
        return text.has("--", at: start)
    }

    /// The quote that was skipped, also one behind a backslash.
    private func skipQuote(_ index: inout Int) -> UInt8? {
        var at = index
        if byte(at) == UInt8(ascii: "\\") { at += 1 }
        let quote = byte(at)
        guard
            quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") || quote == UInt8(ascii: "`")
        else { return nil }
        index = at + 1
        return quote
    }

    private func isSecret(_ value: Range<Int>, isQuoted: Bool) -> Bool {
        guard value.count >= SecretMatcher.shortest, hasDigitAndLetter(value) else { return false }
        // A call, an index or a path goes on: it is code.
        let next = byte(value.upperBound)
        if !isQuoted, next == UInt8(ascii: "(") || next == UInt8(ascii: "[") { return false }
        let first = text[value.lowerBound]
        if first == UInt8(ascii: "/") || first == UInt8(ascii: ".") || first == UInt8(ascii: "-") {
            return false
        }
        guard !text.containsIgnoringCase("://", in: value), !isWords(value) else { return false }
        return !Placeholder.isPlaceholder(text, value.lowerBound, value.upperBound)
            && Entropy.bits(text, value) >= SecretMatcher.bits
    }

    private func hasDigitAndLetter(_ value: Range<Int>) -> Bool {
        var hasDigit = false
        var hasLetter = false
        for index in value {
            hasDigit = hasDigit || text[index].isASCIIDigit
            hasLetter = hasLetter || text[index].isASCIILetter
        }
        return hasDigit && hasLetter
    }

    /// Whether it reads like a name or a path: mostly small letters in runs of a word's length.
    private func isWords(_ value: Range<Int>) -> Bool {
        var inWords = 0
        var run = 0
        for index in value {
            if text[index].isASCIILowercase {
                run += 1
                continue
            }
            if run >= 4 { inWords += run }
            run = 0
        }
        if run >= 4 { inWords += run }
        return inWords * 2 > value.count
    }

    /// The same as the generic rule says, by its own name where the name of the variable tells more.
    private func assigned(_ rule: SecretRule, _ value: Range<Int>) -> SecretMatch {
        var match = found(rule, value, prefix: 0)
        let before = max(0, literal.lowerBound - 12)..<literal.upperBound
        let isKey = value.count == 40 && value.allSatisfy { ByteSet.base64.contains(text[$0]) }
        let name = literal.lowerBound..<min(text.count, literal.upperBound + 12)
        if isKey, text.containsIgnoringCase("secret", in: before),
            text.containsIgnoringCase("access", in: before.lowerBound..<name.upperBound)
        {
            match.name = "aws_secret_access_key"
            match.severity = .critical
            match.confidence = .definite
        }
        return match
    }
}
