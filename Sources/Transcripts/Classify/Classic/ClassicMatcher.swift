/// Looks for all texts of the classic rules at once.
struct ClassicMatcher: Sendable {
    /// What an occurrence of a text means beside that it occurs.
    private enum Kind: Sendable {
        /// It stands for this SHL tag when it is a word.
        case word(tag: Int)
        /// It counts for this project, not overlapping itself.
        case count(project: Int)
        /// The others may follow at once or one character on.
        case close(project: Int, rest: Range<Int>)
        case opensLine
        case closesLine(project: Int)
        case newline
    }

    private struct Use: Sendable {
        var kind: Kind
        var pattern = 0
    }

    private let automaton: TextAutomaton
    private let numbers: [String: Int]
    /// Of each text where its uses begin in `uses`; one more at the end.
    private let firstUses: [Int]
    private let uses: [Use]
    /// The texts that follow others.
    private let rests: [[UInt8]]
    private let patterns: Int

    init() {
        var table = Table()
        for text in ClassicRules.chains.flatMap(\.keywords) { table.add(text) }
        for text in ClassicRules.strategic + ClassicRules.consulting { table.add(text) }
        for text in ClassicRules.tasks.flatMap(\.matches).joined() { table.add(text) }
        for (tag, rule) in ClassicRules.shl.enumerated() {
            for word in rule.words { table.add(word, .word(tag: tag)) }
            for phrase in rule.phrases { table.add(phrase) }
        }
        table.add("\n", .newline)
        for (project, rule) in ClassicRules.projects.enumerated() {
            for item in rule.patterns { table.add(item, of: project) }
        }
        automaton = TextAutomaton(table.texts)
        numbers = table.numbers
        firstUses = table.uses.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        uses = table.uses.flatMap { $0 }
        rests = table.rests
        patterns = table.patterns
    }

    /// The texts with their uses, while they are gathered.
    private struct Table {
        var texts: [String] = []
        var numbers: [String: Int] = [:]
        var uses: [[Use]] = []
        var rests: [[UInt8]] = []
        var patterns = 0

        mutating func add(_ text: String, _ kind: Kind? = nil) {
            let number = numbers[text] ?? texts.count
            if number == texts.count {
                numbers[text] = number
                texts.append(text)
                uses.append([])
            }
            if let kind { uses[number].append(Use(kind: kind, pattern: patterns)) }
        }

        mutating func add(_ pattern: ClassicRules.ProjectPattern, of project: Int) {
            switch pattern {
            case .text(let text): add(text, .count(project: project))
            case .close(let parts):
                let first = rests.count
                rests += parts.dropFirst().map { Array($0.utf8) }
                add(parts[0], .close(project: project, rest: first..<rests.count))
            case .line(let first, let second):
                add(first, .opensLine)
                add(second, .closesLine(project: project))
            }
            patterns += 1
        }
    }

    /// What occurs in a text whose ASCII letters may be of either case.
    func hits(in text: TextBytes) -> ClassicHits {
        var hits = ClassicHits(texts: firstUses.count - 1, patterns: patterns)
        automaton.scan(text) { number, end in
            let start = end - automaton.lengths[number]
            if hits.firstEnds[number] < 0 { hits.firstEnds[number] = end }
            hits.lastStarts[number] = start
            for use in firstUses[number]..<firstUses[number + 1] {
                apply(uses[use], start..<end, text, &hits)
            }
        }
        return hits
    }

    @inline(__always)
    private func apply(
        _ use: Use,
        _ range: Range<Int>,
        _ text: TextBytes,
        _ hits: inout ClassicHits
    ) {
        let pattern = use.pattern
        switch use.kind {
        case .word(let tag):
            guard !hits.tags[tag] else { return }
            hits.tags[tag] =
                !FoldedText.isWord(before: range.lowerBound, text)
                && !FoldedText.isWord(at: range.upperBound, text)
        case .count(let project):
            hits.count(project, pattern, range)
        case .close(let project, let rest):
            guard let end = end(of: rest, after: range.upperBound, text) else { return }
            hits.count(project, pattern, range.lowerBound..<end)
        case .opensLine:
            if hits.opened[pattern] <= hits.lineStart { hits.opened[pattern] = range.upperBound }
        case .closesLine(let project):
            // What `.*` takes reaches to the last one on the line, so a line counts once.
            let opened = hits.opened[pattern]
            guard opened > hits.lineStart, range.lowerBound >= opened,
                hits.countedLines[pattern] != hits.lineStart
            else { return }
            hits.countedLines[pattern] = hits.lineStart
            hits.projects[project] += 1
        case .newline: hits.lineStart = range.upperBound
        }
    }

    /// Where the parts end that follow each other, each with at most one character before it.
    private func end(of parts: Range<Int>, after index: Int, _ text: TextBytes) -> Int? {
        guard let part = parts.first else { return index }
        if let next = FoldedText.characterEnd(index, text), stands(part, at: next, text),
            let end = end(of: parts.dropFirst(), after: next + rests[part].count, text)
        {
            return end
        }
        guard stands(part, at: index, text) else { return nil }
        return end(of: parts.dropFirst(), after: index + rests[part].count, text)
    }

    private func stands(_ part: Int, at index: Int, _ text: TextBytes) -> Bool {
        guard index + rests[part].count <= text.count else { return false }
        for offset in rests[part].indices
        where text[index + offset].asciiLowercased != rests[part][offset] { return false }
        return true
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
    /// Where the line begins that is being read.
    var lineStart = 0
    /// Where the first text of a pattern ends on its last line, which is this one if it is behind its start.
    var opened: [Int]
    /// Where the last line begins on which a pattern was counted; -1: on none.
    var countedLines: [Int]
    private var ends: [Int]

    init(texts: Int, patterns: Int) {
        firstEnds = [Int](repeating: -1, count: texts)
        lastStarts = firstEnds
        tags = [Bool](repeating: false, count: ClassicRules.shl.count)
        projects = [Int](repeating: 0, count: ClassicRules.projects.count)
        opened = [Int](repeating: -1, count: patterns)
        countedLines = opened
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
