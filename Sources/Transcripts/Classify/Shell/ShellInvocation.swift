/// A program that a script runs, with what wraps it taken off.
struct ShellInvocation {
    /// The last component of the program's path.
    var name: String
    var arguments: [ShellWord]
    var redirections: [ShellRedirection] = []
    /// What its input is: a here-document, or the words of an `echo` before it in its pipeline.
    var document: String?
    /// The names of what wraps it, the outermost first ("sudo", "xargs", "ssh").
    var wrappers: [String] = []
    /// Where `cd` went before it, as written; nil when nowhere.
    var directory: String?
    /// What comes before it in its pipeline, and in the substitutions of its own words.
    var sources: [String] = []
    /// Of the commands in the words of it: their names.
    var substituted: [String] = []
    var range: Range<Int>

    /// Arguments that are no options.
    var operands: [String] { arguments.map(\.text).filter { !$0.hasPrefix("-") || $0 == "-" } }

    func has(_ options: String...) -> Bool {
        arguments.contains { options.contains($0.text) }
    }

    /// Whether a letter stands in a group of short options ("r" in "-rf").
    func hasLetter(_ letters: String) -> Bool {
        arguments.contains { word in
            word.text.hasPrefix("-") && !word.text.hasPrefix("--")
                && word.text.contains { letters.contains($0) }
        }
    }

    /// The value of an option, as the next word or behind "=", or glued to a short one.
    func value(of options: String...) -> String? {
        for (index, argument) in arguments.enumerated() {
            for option in options {
                if argument.text == option {
                    return index + 1 < arguments.count ? arguments[index + 1].text : nil
                }
                if argument.text.hasPrefix(option + "=") {
                    return String(argument.text.dropFirst(option.count + 1))
                }
            }
        }
        return nil
    }

    /// The first operand, which names what a program with many commands is to do.
    var verb: String { operands.first ?? "" }
}
