/// One thing that is wrong with a configuration, and where.
package struct ConfigurationProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nil for what stands in no file, such as a variable of the environment.
    package let position: SourcePosition?
    /// What is wrong, naming the key, what was expected and what was found.
    package let message: String

    package init(at position: SourcePosition?, _ message: String) {
        self.position = position
        self.message = message
    }

    /// `file:line:column: message`.
    package var description: String {
        guard let position else { return message }
        return "\(position): \(message)"
    }
}
