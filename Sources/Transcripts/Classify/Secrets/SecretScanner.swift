/// Finds secrets in texts (formula 23); made once, used by any thread.
///
/// Whatever the text is, time grows with its length only: every rule looks a bounded way around its literal.
package struct SecretScanner: Sendable {
    /// What one text may have; a text with more is a list of made up ones.
    static let maximumFindings = 500

    private let rules: [SecretRule]
    private let prefilter: Prefilter
    /// Of each literal the number of its rule, and its length.
    private let owners: [(rule: Int, length: Int)]

    /// A scanner with every rule.
    package init() {
        rules = SecretRule.all
        var literals: [Prefilter.Literal] = []
        var owners: [(rule: Int, length: Int)] = []
        for (index, rule) in SecretRule.all.enumerated() {
            for literal in rule.literals {
                literals.append(
                    Prefilter.Literal(bytes: Array(literal.utf8), ignoresCase: rule.ignoresCase)
                )
                owners.append((index, literal.utf8.count))
            }
        }
        self.owners = owners
        prefilter = Prefilter(literals)
    }

    /// The secrets of a text in their order, no two of which overlap.
    package func findings(in text: String) -> [Finding] {
        var text = text
        return text.withUTF8 { findings(in: $0) }
    }

    func findings(in text: TextBytes) -> [Finding] {
        var matches: [SecretMatch] = []
        var lastValueEnd = 0
        prefilter.scan(text) { literal, start in
            guard matches.count < SecretScanner.maximumFindings else { return }
            let owner = owners[literal]
            var matcher = SecretMatcher(text: text, literal: start..<start + owner.length)
            matcher.lastValueEnd = lastValueEnd
            let match = matcher.match(rules[owner.rule])
            lastValueEnd = matcher.lastValueEnd
            if let match { matches.append(match) }
        }
        return SecretScanner.distinct(matches).map { $0.finding(in: text) }
    }

    /// Of those that overlap the one that is sure, else the one with a format, else the longest.
    private static func distinct(_ matches: [SecretMatch]) -> [SecretMatch] {
        guard matches.count > 1 else { return matches }
        var kept: [SecretMatch] = []
        for match in matches.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            guard let last = kept.last, last.range.overlaps(match.range) else {
                kept.append(match)
                continue
            }
            if match.outweighs(last) { kept[kept.count - 1] = match }
        }
        return kept
    }
}

/// A secret where it was found.
struct SecretMatch {
    var name: String
    var severity: Finding.Severity
    var confidence: Finding.Confidence
    /// The secret itself.
    var range: Range<Int>
    /// How many bytes of it are the format's and may be shown.
    var prefix: Int

    private var isGeneric: Bool { name == "high_entropy_assignment" }

    func outweighs(_ other: SecretMatch) -> Bool {
        if confidence != other.confidence { return confidence == .definite }
        // The format of a value tells more than the name that it was given.
        if isGeneric != other.isGeneric { return other.isGeneric }
        return range.count > other.range.count
    }

    func finding(in text: TextBytes) -> Finding {
        Finding(
            kind: .secret,
            rule: name,
            severity: severity,
            confidence: confidence,
            masked: mask(in: text),
            value: text.string(range),
            range: range
        )
    }

    /// The format's prefix and at most a sixth of the rest, then the length.
    private func mask(in text: TextBytes) -> String {
        let shown = min(prefix + min(4, (range.count - prefix) / 6), 32)
        let head = range.lowerBound..<range.lowerBound + shown
        return text.string(head) + "… (\(range.count))"
    }
}
