import SQL

/// Filters by the path, the command or the pattern of a call.
enum CallFilter {
    /// Shorter texts are in no trigram.
    static let shortest = 3

    static func condition(
        _ term: FilterTerm,
        _ shape: RowShape
    ) -> (sql: String, values: [SQLValue]) {
        let (condition, values) = rows(term)
        return switch shape {
        case .calls: ("x.row IN (\(select("row", condition)))", values)
        case .messages: ("x.call IN (\(select("id", condition)))", values)
        case .sessions: ("s.id IN (\(select("session", condition)))", values)
        }
    }

    private static func select(_ column: String, _ condition: String) -> String {
        "SELECT \(column) FROM tool_usage WHERE \(condition)"
    }

    /// What is true of rows of `tool_usage`.
    private static func rows(_ term: FilterTerm) -> (String, [SQLValue]) {
        let columns =
            switch term.field {
            case .file: ["file_path"]
            case .command: ["command"]
            default: ["file_path", "command", "query"]
            }
        if term.isPattern {
            let column = term.field == .command ? "command" : "file_path"
            let pattern = term.field == .command ? ["*\(term.value)*"] : globs(term.value)
            let sql = pattern.map { _ in "\(column) GLOB ?" }.joined(separator: " OR ")
            return (sql, pattern.map { .text($0) })
        }
        guard let expression = expression(term) else {
            let sql = columns.map { "instr(\($0), ?) > 0" }.joined(separator: " OR ")
            return (sql, columns.map { _ in .text(term.value) })
        }
        return (
            "row IN (SELECT rowid FROM fragments WHERE fragments MATCH ?)", [.text(expression)]
        )
    }

    /// What the index of fragments is asked; nil for what it cannot find.
    static func expression(_ term: FilterTerm) -> String? {
        guard !term.isPattern, term.value.unicodeScalars.count >= shortest else { return nil }
        let text = SearchWords.quoted(term.value)
        return switch term.field {
        case .path: text
        case .file: "file_path : \(text)"
        case .command: "command : \(text)"
        default: nil
        }
    }

    /// A pattern that does not begin at the root may begin at any folder.
    private static func globs(_ pattern: String) -> [String] {
        let begins = pattern.hasPrefix("/") || pattern.hasPrefix("*")
        return begins ? [pattern] : [pattern, "*/" + pattern]
    }
}
