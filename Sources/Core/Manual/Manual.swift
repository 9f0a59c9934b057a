/// What a program does and how it is called: the one source of its help texts, its manual page, its
/// completions, and of what its command line takes.
package struct Manual: Sendable {
    /// Commands that belong together.
    package struct Group: Sendable {
        /// The heading, without a full stop.
        package let title: String
        package let commands: [ManualCommand]

        /// Commands under a title.
        package init(_ title: String, _ commands: [ManualCommand]) {
            self.title = title
            self.commands = commands
        }
    }

    /// The name that it is called by.
    package let program: String
    package let version: String
    /// What it is, for the manual page's first line; without a full stop.
    package let summary: String
    /// Paragraphs.
    package let description: [String]
    /// Options that all commands have.
    package let options: [ManualOption]
    package let groups: [Group]
    /// Paths and what lies there.
    package let files: [(path: String, summary: String)]
    /// Behind the list of commands.
    package let notes: String
    /// Its databases and the schema versions that it knows: a package refuses to go below those that are there.
    package let databases: [(name: String, version: Int)]

    /// A manual of all this.
    package init(
        _ program: String,
        version: String,
        summary: String,
        description: [String],
        options: [ManualOption],
        groups: [Group],
        files: [(path: String, summary: String)],
        notes: String,
        databases: [(name: String, version: Int)] = []
    ) {
        self.program = program
        self.version = version
        self.summary = summary
        self.description = description
        self.options = options
        self.groups = groups
        self.files = files
        self.notes = notes
        self.databases = databases
    }

    /// All commands, in the order of the groups.
    package var commands: [ManualCommand] { groups.flatMap(\.commands) }

    /// The command of this name; nil when there is none.
    package func command(_ name: String) -> ManualCommand? { commands.first { $0.name == name } }

    /// Options of all commands together.
    package var grammar: Arguments.Grammar {
        let all = options + commands.flatMap(\.options)
        let values = Set(all.filter { $0.value != .none }.map(\.name))
        return Arguments.Grammar(
            values: values.sorted(),
            flags: Set(all.map(\.name)).subtracting(values).sorted()
        )
    }

    /// The exit statuses, which are the same for all programs.
    static let statuses = [
        ("0", "it was done"), ("1", "it failed"), ("2", "wrong use of the command line"),
        ("78", "wrong configuration"),
    ]
}
