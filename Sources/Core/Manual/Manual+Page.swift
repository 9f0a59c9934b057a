/// The manual page: man(7) macros, understood by groff and mandoc.
extension Manual {
    /// The page, which names no date: the same program gives the same bytes.
    package var page: String {
        var page = ".TH \(program.uppercased()) 1 \"\" \"Tailship \(version)\" \"Tailship\"\n"
        page += ".SH NAME\n\(Manual.roff(program)) \\- \(Manual.roff(summary))\n"
        page += ".SH SYNOPSIS\n.B \(Manual.roff(program))\n.I COMMAND\n"
        page += options.map { "[\(Manual.roff($0.form))]\n" }.joined()
        page += ".SH DESCRIPTION\n"
        page += description.map { Manual.roff($0) + "\n" }.joined(separator: ".PP\n")
        page += ".SH OPTIONS\n" + options.map(Manual.item).joined()
        for group in groups {
            page += ".SH \(Manual.roff(group.title.uppercased()))\n"
            page += group.commands.map(Manual.section).joined()
        }
        page += ".SH FILES\n"
        for file in files {
            page += ".TP\n.I \(Manual.roff(file.path))\n\(Manual.roff(file.summary))\n"
        }
        page += ".SH EXIT STATUS\n"
        for (status, meaning) in Manual.statuses {
            page += ".TP\n.B \(status)\n\(Manual.roff(meaning))\n"
        }
        return page + ".SH NOTES\n\(Manual.roff(notes))\n"
    }

    private static func section(_ command: ManualCommand) -> String {
        var text = ""
        for form in command.forms {
            text += ".SS \(roff(form.synopsis))\n"
            if !form.summary.isEmpty { text += roff(sentence(form.summary)) + "\n" }
        }
        text += command.options.filter { !$0.summary.isEmpty }.map(item).joined()
        guard let long = command.text else { return text }
        // As it stands: it has tables and examples.
        return text + ".PP\n.nf\n\(roff(trimmed(long)))\n.fi\n"
    }

    private static func item(_ option: ManualOption) -> String {
        let value = option.metavariable.map { " \\fI\(roff($0))\\fR" } ?? ""
        return ".TP\n\\fB\(roff(option.name))\\fR\(value)\n\(roff(sentence(option.summary)))\n"
    }

    private static func sentence(_ text: String) -> String {
        guard let first = text.first, let last = text.last else { return text }
        return first.uppercased() + text.dropFirst() + (".?!".contains(last) ? "" : ".")
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.last == "\n" { text.removeLast() }
        return String(text)
    }

    /// Text as the macros take it: nothing in it is a request, an escape or a hyphen that breaks.
    static func roff(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var shown = ""
            for character in line {
                switch character {
                case "\\": shown += "\\e"
                case "-": shown += "\\-"
                case "~": shown += "\\(ti"
                case "^": shown += "\\(ha"
                case "`": shown += "\\(ga"
                case "'": shown += "\\(aq"
                case "…": shown += "..."
                case "→": shown += "\\->"
                default: shown.append(character)
                }
            }
            return shown.first == "." ? "\\&" + shown : shown
        }.joined(separator: "\n")
    }
}
