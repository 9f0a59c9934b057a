/// A command of a program, as help texts, manual pages and completions tell of it.
package struct ManualCommand: Sendable {
    /// One way to call a command.
    package struct Form: Sendable {
        /// What stands behind the program's name.
        package let synopsis: String
        /// What it does, without a full stop.
        package let summary: String

        /// A way to call it.
        package init(_ synopsis: String, _ summary: String) {
            self.synopsis = synopsis
            self.summary = summary
        }
    }

    /// The first word.
    package let name: String
    /// Each way to call it, the most usual first.
    package let forms: [Form]
    /// Options besides those of the program.
    package let options: [ManualOption]
    /// Words behind the name: how many there may be.
    package let words: ClosedRange<Int>
    /// What the first of those words may be, where it is one of a few.
    package let actions: [String]
    /// Whether words are paths.
    package let takesPaths: Bool
    /// All of it, for who asks the command itself; nil where the forms say everything.
    package let text: String?

    /// A command that is called in several ways.
    package init(
        _ name: String,
        _ forms: [Form],
        options: [ManualOption] = [],
        words: ClosedRange<Int> = 0...0,
        actions: [String] = [],
        takesPaths: Bool = false,
        text: String? = nil
    ) {
        self.name = name
        self.forms = forms
        self.options = options
        self.words = words
        self.actions = actions
        self.takesPaths = takesPaths
        self.text = text
    }

    /// A command that is called in one way; `synopsis` stands behind its name.
    package init(
        _ name: String,
        _ synopsis: String,
        _ summary: String,
        options: [ManualOption] = [],
        words: ClosedRange<Int> = 0...0,
        actions: [String] = [],
        takesPaths: Bool = false,
        text: String? = nil
    ) {
        self.init(
            name,
            [Form(synopsis.isEmpty ? name : "\(name) \(synopsis)", summary)],
            options: options,
            words: words,
            actions: actions,
            takesPaths: takesPaths,
            text: text
        )
    }

    /// A command that takes nothing but the program's options.
    package init(_ name: String, _ summary: String) { self.init(name, [Form(name, summary)]) }
}
