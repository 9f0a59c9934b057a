/// A word of a command after the shell's quotes and escapes.
package struct ShellWord: Sendable, Hashable {
    /// Expansions stand in it as they were written ("$HOME/x"); of a command substitution only its `$(…)`.
    package var text: String
    /// Whether any part of it was quoted.
    package var isQuoted = false
    /// The commands whose output is a part of it, by their index in the parsed list.
    package var commands: [Int] = []

    package init(_ text: String) { self.text = text }
}

/// Where a command's input comes from or its output goes.
package struct ShellRedirection: Sendable, Hashable {
    /// ">", ">>", "<", "&>", ">|", "<>", ">&".
    package var sign: String
    package var target: ShellWord

    package init(sign: String, target: ShellWord) {
        self.sign = sign
        self.target = target
    }

    /// Whether something is written.
    package var isWrite: Bool { sign.contains(">") && sign != ">&" }
}

/// A simple command.
package struct ShellCommand: Sendable, Hashable {
    /// Variables that are set for it, or for the rest when there is no word.
    package var assignments: [Assignment] = []
    /// The command's name and its arguments.
    package var words: [ShellWord] = []
    package var redirections: [ShellRedirection] = []
    /// What a here-document or here-string hands to its input.
    package var document: String?
    /// Commands of one pipeline share its number.
    package var pipeline = 0
    /// Its place in the pipeline, from 0.
    package var position = 0
    /// The place, in the pipeline around it, of the group that it stands in.
    package var group: Group?
    /// Bytes of the text that it was written in; of a nested text those of the word that holds it.
    package var range: Range<Int> = 0..<0

    /// `NAME=value` before a command.
    package struct Assignment: Sendable, Hashable {
        package var name: String
        package var value: ShellWord
    }

    /// A place in a pipeline.
    package struct Group: Sendable, Hashable {
        package var pipeline: Int
        package var position: Int
    }

    package init() {}

    var isEmpty: Bool {
        words.isEmpty && assignments.isEmpty && redirections.isEmpty && document == nil
    }
}
