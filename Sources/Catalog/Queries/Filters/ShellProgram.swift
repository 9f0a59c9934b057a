/// What a shell's command runs, by its first two words: "git commit".
enum ShellProgram {
    /// Nil for a command without a word.
    static func name(of command: String) -> String? {
        let words = command.split(whereSeparator: \.isWhitespace)
        // What stands before a command: assignments of variables.
        let rest = words.drop { $0.contains("=") }
        let name = (rest.isEmpty ? words[...] : rest).prefix(2).joined(separator: " ")
        return name.isEmpty ? nil : name
    }
}
