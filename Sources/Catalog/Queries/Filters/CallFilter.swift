import Core
import SQL
import Transcripts

/// Filters by what a call takes, how long it took, and what went wrong.
package enum CallFilter {
    /// What a shell's call runs; `call` is the alias of the call.
    package static func program(_ call: String) -> String {
        "program_of(substr(\(call).command, 1, 200))"
    }

    /// Which calls are a shell's.
    package static func isShell(_ call: String) -> String {
        "\(call).category = 'shell' AND \(call).command IS NOT NULL"
    }

    /// The host that a call to the network names.
    package static func host(_ call: String) -> String {
        "host_of(substr(COALESCE(\(call).query, \(call).command), 1, 2000))"
    }

    /// Which calls may name one.
    package static func isOfNetwork(_ call: String) -> String {
        "\(call).network = 1 AND COALESCE(\(call).query, \(call).command) LIKE '%://%'"
    }

    /// A filter by what a row of `tool_usage` says.
    static func rows(
        asked term: FilterTerm,
        _ shape: RowShape,
        _ joins: inout Set<RowShape.Join>
    ) throws(OperatorError) -> (sql: String, values: [SQLValue]) {
        let call =
            switch shape {
            case .calls: "x"
            case .messages: "c"
            case .sessions: "t"
            }
        var values = [SQLValue.text(term.value)]
        let condition: String
        switch term.field {
        case .program:
            // What has not the words is not even taken apart.
            let words = term.isPattern ? [] : term.value.split(separator: " ")
            let has = words.map { _ in "instr(\(call).command, ?) > 0 AND " }.joined()
            let match = Conditions.matches(program(call), term)
            condition = "\(isShell(call)) AND \(has)\(match)"
            values = words.map { .text(String($0)) } + values
        case .host: condition = "\(isOfNetwork(call)) AND \(Conditions.matches(host(call), term))"
        case .duration:
            let (comparison, nanoseconds) = try FilterValue.duration(term)
            condition = "\(call).duration \(comparison) ?"
            values = [.integer(nanoseconds)]
        default:
            try FilterValue.check(term, ErrorClass.allCases.map(\.rawValue))
            condition =
                "\(call).outcome \(CallOutcome.failed) AND "
                + Conditions.matches("\(call).error_class", term)
        }
        if shape == .messages { joins.insert(.call) }
        let isOne = shape == .sessions
        return (isOne ? RowColumnFilter.some("tool_usage", condition) : condition, values)
    }

    /// Shorter texts are in no trigram.
    static let shortest = 3
    /// Trigrams that the index is asked for; the rest is told by the rows.
    private static let most = 24

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
        let columns = columns(term)
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
        // The index knows which trigrams a call has, in whatever column and order.
        let has = columns.map { "\($0) LIKE ? ESCAPE '\\'" }.joined(separator: " OR ")
        let pattern = SQLValue.text(pattern(term.value))
        return (
            "row IN (SELECT rowid FROM fragments WHERE fragments MATCH ?) AND (\(has))",
            [.text(expression)] + columns.map { _ in pattern }
        )
    }

    /// The columns of `tool_usage` that a term is about.
    static func columns(_ term: FilterTerm) -> [String] {
        switch term.field {
        case .file: ["file_path"]
        case .command: ["command"]
        default: ["file_path", "command", "query"]
        }
    }

    /// What the index of fragments is asked: the text's trigrams; nil for what it cannot find.
    static func expression(_ term: FilterTerm) -> String? {
        guard !term.isPattern, [.path, .file, .command].contains(term.field) else { return nil }
        let scalars = Array(term.value.unicodeScalars.filter { $0.value != 0 })
        guard scalars.count >= shortest else { return nil }
        var trigrams: [String] = []
        for start in 0...(scalars.count - shortest) where trigrams.count < most {
            let trigram = SearchWords.quoted(text(scalars[start..<(start + shortest)]))
            if !trigrams.contains(trigram) { trigrams.append(trigram) }
        }
        return trigrams.joined(separator: " AND ")
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }

    /// What LIKE finds the text anywhere by.
    private static func pattern(_ text: String) -> String {
        var pattern = "%"
        for scalar in text.unicodeScalars where scalar.value != 0 {
            if ["%", "_", "\\"].contains(scalar) { pattern += "\\" }
            pattern.unicodeScalars.append(scalar)
        }
        return pattern + "%"
    }

    /// A pattern that does not begin at the root may begin at any folder.
    private static func globs(_ pattern: String) -> [String] {
        let begins = pattern.hasPrefix("/") || pattern.hasPrefix("*")
        return begins ? [pattern] : [pattern, "*/" + pattern]
    }
}
