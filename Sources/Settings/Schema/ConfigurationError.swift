import Core

/// Everything that is wrong with a configuration, in the order of its files.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Never empty.
    package let problems: [ConfigurationProblem]

    package init(_ problems: [ConfigurationProblem]) { self.problems = problems }

    /// One problem a line.
    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }

    /// The same as the programs' common error.
    package var operatorError: OperatorError {
        OperatorError(.configuration, description)
    }
}
