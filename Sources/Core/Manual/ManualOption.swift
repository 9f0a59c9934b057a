/// An option of a command line, as help texts, manual pages and completions tell of it.
package struct ManualOption: Sendable, Hashable {
    /// What follows the option.
    package enum Value: Sendable, Hashable {
        case none
        /// Any text, called so ("NAME").
        case text(String)
        /// A file's path.
        case file
        /// A folder's path.
        case folder
        /// One of these.
        case choice([String])
    }

    /// With its dashes.
    package let name: String
    /// What follows it.
    package let value: Value
    /// What it does, without a full stop; empty where a longer text of the command tells it.
    package let summary: String

    /// An option; without a value it is a flag.
    package init(_ name: String, _ value: Value = .none, _ summary: String = "") {
        self.name = name
        self.value = value
        self.summary = summary
    }

    /// The value's name; nil where there is none.
    var metavariable: String? {
        switch value {
        case .none: nil
        case .text(let name): name
        case .file: "FILE"
        case .folder: "FOLDER"
        case .choice(let words): words.joined(separator: "|")
        }
    }

    /// The option with its value's name.
    var form: String { metavariable.map { "\(name) \($0)" } ?? name }
}
