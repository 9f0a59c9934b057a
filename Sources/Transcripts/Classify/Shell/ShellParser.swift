/// Splits a shell script into its commands, as bash reads it.
///
/// Quotes, escapes, `$'…'`, expansions, here-documents, pipelines, lists, subshells, groups, substitutions (as
/// commands of their own), redirections, assignments, comments and the reserved words that stand before a
/// command. Nothing is an error: what does not end ends with the text. One pass; substitutions nest at most
/// `deepest` times, below that they are text.
package struct ShellParser {
    static let deepest = 12
    /// What a script may be long, in bytes; the rest is not looked at.
    static let longest = 128 << 10

    let text: [UInt8]
    var index = 0
    var depth: Int
    /// The range that all commands get, when the text is a part of another one.
    let outerRange: Range<Int>?
    var commands: [ShellCommand] = []
    var nextPipeline: Int
    var documents: [PendingDocument] = []

    /// A here-document whose body has not come yet.
    struct PendingDocument {
        /// Of the command in its list; set when the command ends.
        var command: Int?
        var delimiter: [UInt8]
        var stripsTabs: Bool
        var isQuoted: Bool
    }

    init(_ text: [UInt8], depth: Int = 0, range: Range<Int>? = nil, firstPipeline: Int = 0) {
        self.text = text.count > ShellParser.longest ? Array(text[..<ShellParser.longest]) : text
        self.depth = depth
        outerRange = range
        nextPipeline = firstPipeline
    }

    /// The commands of a script; those inside of a word stand before the command of the word.
    package static func commands(in text: String) -> [ShellCommand] {
        var parser = ShellParser(Array(text.utf8))
        parser.parseList(closing: nil, group: nil)
        return parser.commands
    }

    // MARK: Lists

    /// The command that is being read, and where it stands.
    struct Slot {
        var command = ShellCommand()
        var pipeline: Int
        var position = 0
        var start: Int?
        var documents = 0
        /// Whether a reserved word may come.
        var isAtStart: Bool { command.words.isEmpty && command.assignments.isEmpty }
    }

    /// Reads commands up to the closing parenthesis, or to the end of the text.
    mutating func parseList(closing: UInt8?, group: ShellCommand.Group?) {
        var slot = Slot(pipeline: newPipeline())
        while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                index += 1
            case UInt8(ascii: "\\") where at(1) == UInt8(ascii: "\n"):
                index += 2
            case UInt8(ascii: "\n"):
                index += 1
                finish(&slot, group, pipes: false)
                readDocuments()
            case UInt8(ascii: "#"):
                skipComment()
            case UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "&"):
                parseOperator(&slot, group)
            case UInt8(ascii: "("):
                parseParenthesis(&slot, group)
            case UInt8(ascii: ")"):
                index += 1
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

    func at(_ offset: Int) -> UInt8 {
        index + offset < text.count ? text[index + offset] : 0
    }

    private mutating func skipComment() {
        while index < text.count, text[index] != UInt8(ascii: "\n") { index += 1 }
    }

    private mutating func finish(_ slot: inout Slot, _ group: ShellCommand.Group?, pipes: Bool) {
        if !slot.command.isEmpty {
            var command = slot.command
            command.pipeline = slot.pipeline
            command.position = slot.position
            command.group = group
            command.range =
                outerRange ?? (slot.start ?? index)..<max(slot.start ?? index, endOfItem)
            for pending in documents.indices where documents[pending].command == nil {
                documents[pending].command = commands.count
            }
            commands.append(command)
        }
        let position = pipes ? slot.position + 1 : 0
        slot = Slot(pipeline: pipes ? slot.pipeline : newPipeline(), position: position)
    }

    /// Where the last word or redirection ended.
    private var endOfItem = 0

    private mutating func parseOperator(_ slot: inout Slot, _ group: ShellCommand.Group?) {
        let byte = text[index]
        if byte == UInt8(ascii: "&"), at(1) == UInt8(ascii: ">") {
            parseItem(&slot)
            return
        }
        let isDouble = at(1) == byte
        let pipes = byte == UInt8(ascii: "|") && !isDouble
        index += isDouble || pipes && at(1) == UInt8(ascii: "&") ? 2 : 1
        finish(&slot, group, pipes: pipes)
    }

    /// A subshell, the parentheses of a function, or a pattern of `case`.
    private mutating func parseParenthesis(_ slot: inout Slot, _ group: ShellCommand.Group?) {
        index += 1
        if !slot.isAtStart {
            while at(0) == UInt8(ascii: " ") { index += 1 }
            if at(0) == UInt8(ascii: ")") {
                // A function's name is no command.
                index += 1
                slot.command = ShellCommand()
                return
            }
        }
        guard depth < ShellParser.deepest else { return }
        depth += 1
        parseList(
            closing: UInt8(ascii: ")"),
            group: ShellCommand.Group(pipeline: slot.pipeline, position: slot.position)
        )
        depth -= 1
    }

    // MARK: Words, redirections and assignments

    private static let reserved: Set<String> = [
        "if", "then", "else", "elif", "while", "until", "do", "!", "{", "coproc",
    ]

    private mutating func parseItem(_ slot: inout Slot) {
        let start = index
        if slot.start == nil { slot.start = start }
        defer { endOfItem = index }
        if parseRedirection(&slot) { return }
        if slot.command.words.isEmpty, let name = assignedName() {
            index += name.utf8.count + (at(name.utf8.count) == UInt8(ascii: "+") ? 2 : 1)
            let value = at(0) == UInt8(ascii: "(") ? parseArray() : parseWord()
            slot.command.assignments.append(.init(name: name, value: value))
            return
        }
        let word = parseWord()
        if index == start { index += 1 }
        if slot.isAtStart, !word.isQuoted, ShellParser.reserved.contains(word.text) {
            slot.start = nil
            return
        }
        if slot.command.words.count == 1, slot.command.words[0].text == "function" {
            slot.command.words = []
            slot.start = nil
            return
        }
        slot.command.words.append(word)
    }

    /// The name of `NAME=`, `NAME+=` or `NAME[x]=`, if one stands here.
    private func assignedName() -> String? {
        var end = index
        while end < text.count, ByteSet.word.contains(text[end]) { end += 1 }
        guard end > index, !text[index].isASCIIDigit else { return nil }
        let equals = UInt8(ascii: "=")
        let next = end < text.count ? text[end] : 0
        let after = end + 1 < text.count ? text[end + 1] : 0
        guard next == equals || next == UInt8(ascii: "+") && after == equals else { return nil }
        return String(decoding: text[index..<end], as: UTF8.self)
    }

    /// The words between parentheses, as one.
    private mutating func parseArray() -> ShellWord {
        var all = ShellWord("")
        index += 1
        while index < text.count, text[index] != UInt8(ascii: ")") {
            let start = index
            let word = parseWord()
            if index == start {
                index += 1
                continue
            }
            all.text += all.text.isEmpty ? word.text : " " + word.text
            all.commands += word.commands
        }
        index = min(index + 1, text.count)
        return all
    }
}
