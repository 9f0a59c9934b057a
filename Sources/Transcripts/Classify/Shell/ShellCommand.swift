/// A word of a command after the shell's quotes and escapes; its bytes are its script's or its arena's.
package struct ShellWord: BitwiseCopyable {
    /// Expansions stand in it as they were written ("$HOME/x"); of a command substitution only its `$(…)`.
    package var text: UnsafeBufferPointer<UInt8>
    /// Whether any part of it was quoted.
    package var isQuoted = false
    /// Whether it may be a path that any rule asks for, or have one in it; false for most words.
    let mayBePath: Bool
    private var firstCommand: Int32 = 0
    private var endOfCommands: Int32 = 0

    init(_ text: TextBytes) {
        self.text = text
        mayBePath = ShellWord.mayBePath(text)
    }

    private static let pathSigns = ByteSet("/\\._@=$%:~\n")
    private static let longestPlain = 7

    /// A short word without any sign is none, but for the beginning of a registry's key ("HKLM").
    private static func mayBePath(_ text: TextBytes) -> Bool {
        guard text.count <= longestPlain else { return true }
        for byte in text where pathSigns.contains(byte) { return true }
        return text.hasIgnoringCase("hk", at: 0)
    }

    /// The commands whose output is a part of it, by their index in the parsed list.
    package var commands: Range<Int> {
        get { Int(firstCommand)..<Int(endOfCommands) }
        set {
            firstCommand = Int32(newValue.lowerBound)
            endOfCommands = Int32(newValue.upperBound)
        }
    }

    /// Whether it is written as an option is.
    var isOption: Bool { text.begins(UInt8(ascii: "-")) }

    /// Whether it is no option; a hyphen alone is none.
    var isOperand: Bool { !isOption || text.count == 1 }

    /// Whether it is one hyphen and letters ("-rf").
    var isShortOption: Bool { isOption && !text.begins("--") }
}

/// Words of a command where they are kept.
typealias ShellWords = UnsafeBufferPointer<ShellWord>

/// Where a command's input comes from or its output goes.
package struct ShellRedirection: BitwiseCopyable {
    /// What is written before the target, without the number of the file.
    package enum Sign: String, BitwiseCopyable, Sendable {
        case input = "<"
        case inputOutput = "<>"
        case inputPipe = "<|"
        case inputCopy = "<&"
        case output = ">"
        case append = ">>"
        case clobber = ">|"
        case outputCopy = ">&"
        case string = "<<<"
    }

    package var sign: Sign
    package var target: ShellWord

    /// Whether something is written.
    package var isWrite: Bool {
        switch sign {
        case .inputOutput, .output, .append, .clobber: true
        case .input, .inputPipe, .inputCopy, .outputCopy, .string: false
        }
    }
}

/// A simple command; what it is made of lives as long as its arena and its script.
package struct ShellCommand: BitwiseCopyable {
    /// What most commands do not have.
    struct More: BitwiseCopyable {
        var assignments: UnsafeBufferPointer<Assignment>
        var redirections: UnsafeBufferPointer<ShellRedirection>
        var input: TextBytes
    }

    private let firstWord: UnsafePointer<ShellWord>?
    private let countOfWords: Int32
    private var numbers: (pipeline: Int32, position: Int32)
    private var outer = (pipeline: Int32(-1), position: Int32(0))
    private var bounds = (lower: Int32(0), upper: Int32(0))
    private var more: UnsafePointer<More>?

    /// `NAME=value` before a command.
    package struct Assignment: BitwiseCopyable {
        package var name: UnsafeBufferPointer<UInt8>
        package var value: ShellWord
    }

    /// A place in a pipeline.
    package struct Group: BitwiseCopyable, Hashable {
        package var pipeline: Int
        package var position: Int
    }

    /// A command that stands at a place in a pipeline.
    init(_ words: ShellWords, _ place: Group, _ more: UnsafePointer<More>?) {
        firstWord = words.baseAddress
        countOfWords = Int32(words.count)
        numbers = (Int32(place.pipeline), Int32(place.position))
        self.more = more
    }

    /// The command's name and its arguments.
    package var words: UnsafeBufferPointer<ShellWord> {
        UnsafeBufferPointer(start: firstWord, count: Int(countOfWords))
    }

    /// Variables that are set for it, or for the rest when there is no word.
    package var assignments: UnsafeBufferPointer<Assignment> {
        more?.pointee.assignments ?? UnsafeBufferPointer(start: nil, count: 0)
    }

    package var redirections: UnsafeBufferPointer<ShellRedirection> {
        more?.pointee.redirections ?? UnsafeBufferPointer(start: nil, count: 0)
    }

    /// What a here-document or here-string hands to its input; nil when there is none.
    package var document: UnsafeBufferPointer<UInt8>? {
        guard let input = more?.pointee.input, input.baseAddress != nil else { return nil }
        return input
    }

    /// Hands it a here-document.
    mutating func setDocument(_ input: TextBytes, _ arena: ShellArena) {
        more = arena.keep(
            More(assignments: assignments, redirections: redirections, input: input)
        )
    }

    /// Commands of one pipeline share its number.
    package var pipeline: Int { Int(numbers.pipeline) }
    /// Its place in the pipeline, from 0.
    package var position: Int { Int(numbers.position) }

    /// The place, in the pipeline around it, of the group that it stands in.
    package var group: Group? {
        get {
            outer.pipeline < 0
                ? nil : Group(pipeline: Int(outer.pipeline), position: Int(outer.position))
        }
        set { outer = newValue.map { (Int32($0.pipeline), Int32($0.position)) } ?? (-1, 0) }
    }

    /// Bytes of the text that it was written in; of a nested text those of the word that holds it.
    package var range: Range<Int> {
        get { Int(bounds.lower)..<Int(bounds.upper) }
        set { bounds = (Int32(newValue.lowerBound), Int32(newValue.upperBound)) }
    }
}
