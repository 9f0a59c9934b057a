/// A command line: a command, options with and without values, and the rest.
package struct Arguments: Sendable, Hashable {
    /// What a program takes.
    package struct Grammar: Sendable {
        /// Options that are followed by a value, as `--name VALUE` or `--name=VALUE`.
        package var values: [String]
        /// Options without a value.
        package var flags: [String]

        package init(values: [String], flags: [String]) {
            self.values = values
            self.flags = flags
        }
    }

    package private(set) var values: [String: String] = [:]
    package private(set) var flags: Set<String> = []
    /// What is no option, in order; behind `--` everything.
    package private(set) var rest: [String] = []

    /// Sorts a command line.
    ///
    /// - Parameters:
    ///   - words: without the program's name.
    ///   - grammar: the options that there are.
    /// - Throws: `.usage` for an unknown option, a missing value, or one too many.
    package init(_ words: some Sequence<String>, _ grammar: Grammar) throws(OperatorError) {
        var words = Array(words)[...]
        while let word = words.popFirst() {
            if word == "--" {
                rest += words
                return
            }
            guard word.hasPrefix("--") else {
                rest.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1)
            let name = String(parts[0])
            if grammar.flags.contains(name), parts.count == 1 {
                flags.insert(name)
            } else if grammar.values.contains(name) {
                guard let value = parts.count == 2 ? String(parts[1]) : words.popFirst() else {
                    throw OperatorError(.usage, "\(name) needs a value")
                }
                values[name] = value
            } else {
                let known = (grammar.values + grammar.flags).joined(separator: " ")
                throw OperatorError(
                    .usage,
                    "unknown option \(word)",
                    remedy: "Known here: \(known)"
                )
            }
        }
    }
}
