/// Splits a shell script into its commands, as bash reads it.
///
/// Quotes, escapes, `$'…'`, expansions, here-documents, pipelines, lists, subshells, groups, substitutions (as
/// commands of their own), redirections, assignments, comments and the reserved words that stand before a
/// command. Nothing is an error: what does not end ends with the text. One pass; substitutions nest at most
/// `deepest` times, below that they are text.
///
/// A word is a part of the script where it stands there as it is, else it is put together in the arena.
package struct ShellParser {
    static let deepest = 12
    /// What a script may be long, in bytes; the rest is not looked at.
    static let longest = 128 << 10

    let arena = ShellArena()
    /// What ends a part of a word that stands for itself, and what ends a word.
    let signs = ByteSet(" \t\r\n;&|()<>\\'\"$`")
    let metacharacters = ByteSet(" \t\r\n;&|()<>")
    /// What ends such a part between double quotes.
    let quotedSigns = ByteSet("\"\\$`")
    /// What a redirection may begin with.
    let redirects = ByteSet("0-9&<>")
    /// Of every script that was parsed, in their order.
    var commands: [ShellCommand] = []
    var frame = Frame()
    var nextPipeline = 0

    // What is not finished yet; a list inside of another one has its own behind it.
    var words: [ShellWord] = []
    var redirections: [ShellRedirection] = []
    var assignments: [ShellCommand.Assignment] = []
    var documents: [PendingDocument] = []
    /// Bytes of words that do not stand in the script as they are.
    var spilled: [UInt8] = []

    /// Where the parser is in which text.
    struct Frame {
        var text = TextBytes(start: nil, count: 0)
        var index = 0
        var depth = 0
        /// The range that all commands get, when the text is a part of another one.
        var range: Range<Int>?
        /// Where the last word or redirection ended.
        var endOfItem = 0
        /// The first of `documents` that is its own, and the first without a command.
        var firstDocument = 0
        var openDocument = 0
    }

    /// A here-document whose body has not come yet.
    struct PendingDocument: BitwiseCopyable {
        /// Of the command in its list; -1 until the command ends.
        var command = -1
        var delimiter: TextBytes
        var stripsTabs: Bool
        var isQuoted: Bool
    }

    /// The commands of a script; those inside of a word stand before the command of the word.
    ///
    /// - Parameters:
    ///   - text: the script.
    ///   - body: takes the commands, which are valid inside of it.
    /// - Returns: what `body` returns.
    package static func withCommands<Result>(
        in text: String,
        _ body: ([ShellCommand]) -> Result
    ) -> Result {
        var text = text
        return text.withUTF8 { text in
            var parser = ShellParser()
            parser.parse(text, range: nil)
            return withExtendedLifetime(parser.arena) { body(parser.commands) }
        }
    }

    /// Adds a script's commands; the text must live as long as they do.
    ///
    /// - Parameters:
    ///   - text: the script.
    ///   - range: what all of them get as their range, when the script is a part of another text.
    mutating func parse(_ text: TextBytes, range: Range<Int>?) {
        frame = Frame(text: text.upTo(ShellParser.longest), range: range)
        parseList(closing: nil, group: nil)
    }

    /// Reads a text inside of this one, one level deeper.
    mutating func parseInner(
        _ text: TextBytes,
        range: Range<Int>,
        _ body: (inout ShellParser) -> Void
    ) {
        let outer = frame
        frame = Frame(
            text: text,
            depth: outer.depth + 1,
            range: range,
            firstDocument: documents.count,
            openDocument: documents.count
        )
        body(&self)
        documents.removeLast(documents.count - frame.firstDocument)
        frame = outer
    }

    // MARK: Lists

    /// The command that is being read, and where it stands.
    struct Slot {
        var pipeline: Int
        var position = 0
        var start: Int?
        var input = TextBytes(start: nil, count: 0)
        let firstWord: Int
        let firstRedirection: Int
        let firstAssignment: Int
    }

    private mutating func openSlot() -> Slot {
        Slot(
            pipeline: newPipeline(),
            firstWord: words.count,
            firstRedirection: redirections.count,
            firstAssignment: assignments.count
        )
    }

    /// Whether a reserved word may come.
    private func isAtStart(_ slot: Slot) -> Bool {
        words.count == slot.firstWord && assignments.count == slot.firstAssignment
    }

    /// Reads commands up to the closing parenthesis, or to the end of the text.
    mutating func parseList(closing: UInt8?, group: ShellCommand.Group?) {
        var slot = openSlot()
        while frame.index < frame.text.count {
            switch frame.text[frame.index] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                frame.index += 1
            case UInt8(ascii: "\\") where at(1) == UInt8(ascii: "\n"):
                frame.index += 2
            case UInt8(ascii: "\n"):
                frame.index += 1
                finish(&slot, group, pipes: false)
                readDocuments()
            case UInt8(ascii: "#"):
                skipComment()
            case UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "&"):
                parseOperator(&slot, group)
            case UInt8(ascii: "("):
                parseParenthesis(&slot)
            case UInt8(ascii: ")"):
                frame.index += 1
                finish(&slot, group, pipes: false)
                if closing != nil { return }
            default:
                parseItem(&slot)
            }
        }
        finish(&slot, group, pipes: false)
    }

    private mutating func newPipeline() -> Int {
        defer { nextPipeline += 1 }
        return nextPipeline
    }

    @inline(__always)
    func at(_ offset: Int) -> UInt8 {
        frame.index + offset < frame.text.count ? frame.text[frame.index + offset] : 0
    }

    private mutating func skipComment() {
        frame.index = frame.text.endOfLine(from: frame.index)
    }

    private mutating func finish(_ slot: inout Slot, _ group: ShellCommand.Group?, pipes: Bool) {
        let isEmpty =
            isAtStart(slot) && redirections.count == slot.firstRedirection
            && slot.input.baseAddress == nil
        if !isEmpty { close(&slot, group) }
        slot.position = pipes ? slot.position + 1 : 0
        if !pipes { slot.pipeline = newPipeline() }
        slot.start = nil
    }

    private mutating func close(_ slot: inout Slot, _ group: ShellCommand.Group?) {
        var more: UnsafePointer<ShellCommand.More>?
        if redirections.count > slot.firstRedirection || assignments.count > slot.firstAssignment
            || slot.input.baseAddress != nil
        {
            more = arena.keep(
                ShellCommand.More(
                    assignments: arena.copy(assignments[slot.firstAssignment...]),
                    redirections: arena.copy(redirections[slot.firstRedirection...]),
                    input: slot.input
                )
            )
        }
        var command = ShellCommand(
            arena.copy(words[slot.firstWord...]),
            .init(pipeline: slot.pipeline, position: slot.position),
            more
        )
        command.group = group
        let start = slot.start ?? frame.index
        command.range = frame.range ?? start..<max(start, frame.endOfItem)
        for pending in frame.openDocument..<documents.count {
            documents[pending].command = commands.count
        }
        frame.openDocument = documents.count
        commands.append(command)
        clear(&slot)
    }

    /// Forgets what was read of the command.
    private mutating func clear(_ slot: inout Slot) {
        words.removeLast(words.count - slot.firstWord)
        redirections.removeLast(redirections.count - slot.firstRedirection)
        assignments.removeLast(assignments.count - slot.firstAssignment)
        slot.input = TextBytes(start: nil, count: 0)
    }

    private mutating func parseOperator(_ slot: inout Slot, _ group: ShellCommand.Group?) {
        let byte = at(0)
        if byte == UInt8(ascii: "&"), at(1) == UInt8(ascii: ">") {
            parseItem(&slot)
            return
        }
        let isDouble = at(1) == byte
        let pipes = byte == UInt8(ascii: "|") && !isDouble
        frame.index += isDouble || pipes && at(1) == UInt8(ascii: "&") ? 2 : 1
        finish(&slot, group, pipes: pipes)
    }

    /// A subshell, the parentheses of a function, or a pattern of `case`.
    private mutating func parseParenthesis(_ slot: inout Slot) {
        frame.index += 1
        if !isAtStart(slot) {
            while at(0) == UInt8(ascii: " ") { frame.index += 1 }
            if at(0) == UInt8(ascii: ")") {
                // A function's name is no command.
                frame.index += 1
                clear(&slot)
                return
            }
        }
        guard frame.depth < ShellParser.deepest else { return }
        frame.depth += 1
        parseList(
            closing: UInt8(ascii: ")"),
            group: ShellCommand.Group(pipeline: slot.pipeline, position: slot.position)
        )
        frame.depth -= 1
    }

    // MARK: Items

    private static let reserved = WordSet([
        "if", "then", "else", "elif", "while", "until", "do", "!", "{", "coproc",
    ])

    private mutating func parseItem(_ slot: inout Slot) {
        let start = frame.index
        if slot.start == nil { slot.start = start }
        defer { frame.endOfItem = frame.index }
        if redirects.contains(frame.text[start]), parseRedirection(&slot) { return }
        if words.count == slot.firstWord, parseAssignment() { return }
        let word = parseWord()
        if frame.index == start { frame.index += 1 }
        if isAtStart(slot), !word.isQuoted, ShellParser.reserved.contains(word.text) {
            slot.start = nil
            return
        }
        if words.count == slot.firstWord + 1, words[slot.firstWord].text == "function" {
            words.removeLast()
            slot.start = nil
            return
        }
        words.append(word)
    }

    /// Reads `NAME=value`, `NAME+=value` or `NAME=(…)`.
    private mutating func parseAssignment() -> Bool {
        guard let end = endOfAssignedName() else { return false }
        let name = frame.text.part(frame.index..<end)
        frame.index = end + (frame.text[end] == UInt8(ascii: "+") ? 2 : 1)
        let value = at(0) == UInt8(ascii: "(") ? parseArray() : parseWord()
        assignments.append(.init(name: name, value: value))
        return true
    }

    private func endOfAssignedName() -> Int? {
        let text = frame.text
        var end = frame.index
        while end < text.count, ByteSet.word.contains(text[end]) { end += 1 }
        guard end > frame.index, end < text.count, !text[frame.index].isASCIIDigit else {
            return nil
        }
        let equals = UInt8(ascii: "=")
        let isAppended =
            text[end] == UInt8(ascii: "+") && end + 1 < text.count && text[end + 1] == equals
        return text[end] == equals || isAppended ? end : nil
    }
}
