extension Manual {
    /// Where what a command does begins.
    private static let column = 31
    private static let width = 110

    /// All commands, a line or two each.
    package var usage: String {
        let common = options.map { " [\($0.form)]" }.joined()
        var text = "usage: \(program) COMMAND\(common)\n"
        for group in groups {
            text += "\n\(group.title)\n"
            for command in group.commands {
                for form in command.forms { text += Manual.entry(form.synopsis, form.summary) }
            }
        }
        return text + "\n" + Manual.wrapped(notes, indent: 0).joined(separator: "\n") + "\n"
    }

    /// What one command does and takes; nil when there is none of that name.
    package func help(_ name: String) -> String? {
        guard let command = command(name) else { return nil }
        if let text = command.text { return text }
        var text = "usage: "
        text += command.forms.map { "\(program) \($0.synopsis)\n" }.joined(separator: "       ")
        text += "\n"
        for summary in command.forms.map(\.summary) where !summary.isEmpty {
            text += Manual.wrapped(summary, indent: 0).joined(separator: "\n") + "\n"
        }
        text += "\n"
        for option in command.options + options {
            text += Manual.entry(option.form, option.summary)
        }
        return text
    }

    /// A term and its explanation beside it, or below where the term is long.
    private static func entry(_ term: String, _ summary: String) -> String {
        let lines = wrapped(summary, indent: column)
        guard let first = lines.first else { return "  \(term)\n" }
        let space = column - 2 - term.count
        var text = "  " + term
        if space > 1 {
            text += String(repeating: " ", count: space) + String(first.dropFirst(column))
        } else {
            text += "\n" + first
        }
        text += "\n"
        return text + lines.dropFirst().map { $0 + "\n" }.joined()
    }

    /// The text in lines of at most `width` columns, each behind as many blanks.
    static func wrapped(_ text: String, indent: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent + line.count + 1 + word.count > width {
                lines.append(String(repeating: " ", count: indent) + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { lines.append(String(repeating: " ", count: indent) + line) }
        return lines
    }
}
