/// A word of a command after the shell's quotes and escapes; its bytes are its script's or its arena's.
package struct ShellWord: BitwiseCopyable {
    /// Expansions stand in it as they were written ("$HOME/x"); of a command substitution only its `$(…)`.
    package var text: UnsafeBufferPointer<UInt8>
    /// Whether any part of it was quoted.
    package var isQuoted = false
    private var firstCommand: Int32 = 0
    private var endOfCommands: Int32 = 0

    init(_ text: TextBytes) { self.text = text }

    /// The commands whose output is a part of it, by their index in the parsed list.
    package var commands: Range<Int> {
        get { Int(firstCommand)..<Int(endOfCommands) }
        set {
            firstCommand = Int32(newValue.lowerBound)
            endOfCommands = Int32(newValue.upperBound)
        }
    }

    /// Takes more commands in, which stand behind those that it has.
    mutating func add(_ more: Range<Int>) {
        guard !more.isEmpty else { return }
        commands = (commands.isEmpty ? more.lowerBound : commands.lowerBound)..<more.upperBound
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
    /// Variables that are set for it, or for the rest when there is no word.
    package var assignments = UnsafeBufferPointer<Assignment>(start: nil, count: 0)
    /// The command's name and its arguments.
    package var words = UnsafeBufferPointer<ShellWord>(start: nil, count: 0)
    package var redirections = UnsafeBufferPointer<ShellRedirection>(start: nil, count: 0)
    /// What a here-document or here-string hands to its input; without an address: nothing.
    var input = TextBytes(start: nil, count: 0)
    private var numbers = (pipeline: Int32(0), position: Int32(0))
    private var outer = (pipeline: Int32(-1), position: Int32(0))
    private var bounds = (lower: Int32(0), upper: Int32(0))

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
    init(_ place: Group) {
        numbers = (Int32(place.pipeline), Int32(place.position))
    }

    /// What its input is, if it is written in the script.
    package var document: UnsafeBufferPointer<UInt8>? { input.baseAddress == nil ? nil : input }
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
