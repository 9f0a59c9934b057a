/// Looks for all texts of the classic rules at once.
struct ClassicMatcher: Sendable {
    /// What an occurrence of a text means beside that it occurs.
    private enum Use: Sendable {
        /// It stands for this SHL tag when it is a word.
        case word(tag: Int)
        /// It counts for this project, not overlapping itself.
        case count(project: Int, pattern: Int)
        /// The others may follow at once or one character on.
        case close(project: Int, pattern: Int, rest: [[UInt8]])
        case opensLine(pattern: Int)
        case closesLine(project: Int, pattern: Int)
        case newline
    }

    private let automaton: TextAutomaton
    private let numbers: [String: Int]
    private let uses: [[Use]]
    private let patterns: Int

    init() {
        var texts: [String] = []
        var numbers: [String: Int] = [:]
        var uses: [[Use]] = []
        func add(_ text: String, _ use: Use? = nil) {
            if numbers[text] == nil {
                numbers[text] = texts.count
                texts.append(text)
                uses.append([])
            }
            if let use, let number = numbers[text] { uses[number].append(use) }
        }
        for text in ClassicRules.chains.flatMap(\.keywords) { add(text) }
        for text in ClassicRules.strategic + ClassicRules.consulting { add(text) }
        for text in ClassicRules.tasks.flatMap(\.matches).joined() { add(text) }
        for (tag, rule) in ClassicRules.shl.enumerated() {
            for word in rule.words { add(word, .word(tag: tag)) }
            for phrase in rule.phrases { add(phrase) }
        }
        add("\n", .newline)
        var pattern = 0
        for (project, rule) in ClassicRules.projects.enumerated() {
            for item in rule.patterns {
                switch item {
                case .text(let text): add(text, .count(project: project, pattern: pattern))
                case .close(let parts):
                    let rest = parts.dropFirst().map { Array($0.utf8) }
                    add(parts[0], .close(project: project, pattern: pattern, rest: rest))
                case .line(let first, let second):
                    add(first, .opensLine(pattern: pattern))
                    add(second, .closesLine(project: project, pattern: pattern))
                }
                pattern += 1
            }
        }
        automaton = TextAutomaton(texts)
        self.numbers = numbers
        self.uses = uses
        patterns = pattern
    }

    /// What occurs in a text whose ASCII letters may be of either case.
    func hits(in text: TextBytes) -> ClassicHits {
        var hits = ClassicHits(texts: uses.count, patterns: patterns)
        automaton.scan(text) { number, end in
            let start = end - automaton.lengths[number]
            if hits.firstEnds[number] < 0 { hits.firstEnds[number] = end }
            hits.lastStarts[number] = start
            for use in uses[number] { apply(use, start..<end, text, &hits) }
        }
        return hits
    }

    private func apply(
        _ use: Use,
        _ range: Range<Int>,
        _ text: TextBytes,
        _ hits: inout ClassicHits
    ) {
        switch use {
        case .word(let tag):
            guard !hits.tags[tag] else { return }
            hits.tags[tag] =
                !FoldedText.isWord(before: range.lowerBound, text)
                && !FoldedText.isWord(at: range.upperBound, text)
        case .count(let project, let pattern):
            hits.count(project, pattern, range)
        case .close(let project, let pattern, let rest):
            guard let end = ClassicMatcher.end(of: rest[...], after: range.upperBound, text) else {
                return
            }
            hits.count(project, pattern, range.lowerBound..<end)
        case .opensLine(let pattern):
            if hits.opened[pattern] < 0 { hits.opened[pattern] = range.upperBound }
        case .closesLine(let project, let pattern):
            // What `.*` takes reaches to the last one on the line, so a line counts once.
            let opened = hits.opened[pattern]
            guard opened >= 0, range.lowerBound >= opened, !hits.isCounted[pattern] else { return }
            hits.isCounted[pattern] = true
            hits.projects[project] += 1
        case .newline:
            for pattern in hits.opened.indices {
                hits.opened[pattern] = -1
                hits.isCounted[pattern] = false
            }
        }
    }

    /// Where the parts end that follow each other, each with at most one character before it.
    private static func end(
        of parts: ArraySlice<[UInt8]>,
        after index: Int,
        _ text: TextBytes
    ) -> Int? {
        guard let part = parts.first else { return index }
        let starts = [FoldedText.characterEnd(index, text), index].compactMap { $0 }
        for start in starts where start + part.count <= text.count {
            guard part.indices.allSatisfy({ text[start + $0].asciiLowercased == part[$0] }) else {
                continue
            }
            if let end = end(of: parts.dropFirst(), after: start + part.count, text) { return end }
        }
        return nil
    }

    /// The number of a text, by which its hits are asked for.
    func number(of text: String) -> Int { numbers[text] ?? 0 }
}

/// What of the classic rules' texts occurs in a text.
struct ClassicHits {
    /// Where the first occurrence of each text ends; -1: none.
    var firstEnds: [Int]
    var lastStarts: [Int]
    /// Of each SHL tag, whether one of its words stands alone.
    var tags: [Bool]
    var projects: [Int]
    /// Where the first text of a pattern ends on this line; -1: not on it.
    var opened: [Int]
    var isCounted: [Bool]
    private var ends: [Int]

    init(texts: Int, patterns: Int) {
        firstEnds = [Int](repeating: -1, count: texts)
        lastStarts = firstEnds
        tags = [Bool](repeating: false, count: ClassicRules.shl.count)
        projects = [Int](repeating: 0, count: ClassicRules.projects.count)
        opened = [Int](repeating: -1, count: patterns)
        isCounted = [Bool](repeating: false, count: patterns)
        ends = [Int](repeating: 0, count: patterns)
    }

    func has(_ number: Int) -> Bool { firstEnds[number] >= 0 }

    /// Whether the texts occur in this order, none over another.
    func has(_ first: Int, then second: Int) -> Bool {
        firstEnds[first] >= 0 && lastStarts[second] >= firstEnds[first]
    }

    /// Counts an occurrence that begins behind the last one of its pattern.
    mutating func count(_ project: Int, _ pattern: Int, _ range: Range<Int>) {
        guard range.lowerBound >= ends[pattern] else { return }
        ends[pattern] = range.upperBound
        projects[project] += 1
    }
}
