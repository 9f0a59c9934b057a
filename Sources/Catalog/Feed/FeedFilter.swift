import SQL

/// Which rows a consumer gets: those that some pattern of every list of `only` matches, and none of `except`.
package struct FeedFilter: Sendable, Hashable {
    /// What a pattern is compared with.
    package enum Field: String, Sendable, CaseIterable {
        case agent
        case owner
        case source
        case tool
        case project
        case kind
    }

    /// Tables by name; empty for all.
    package var tables: [String] = []
    package var exceptTables: [String] = []
    /// Patterns with `*` and `?`.
    package var only: [Field: [String]] = [:]
    package var except: [Field: [String]] = [:]

    /// A filter that everything passes.
    package init() {}

    /// Whether rows of the table pass at all.
    package func includes(_ table: FeedTable) -> Bool {
        (tables.isEmpty || tables.contains(table.name)) && !exceptTables.contains(table.name)
    }

    /// The conditions for a table as SQL, with a parameter for each value; a field that its rows do not have
    /// matches anything.
    func conditions(_ table: FeedTable) -> (sql: String, values: [SQLValue]) {
        var sql = ""
        var values: [SQLValue] = []
        for (lists, isExcluding) in [(only, false), (except, true)] {
            for field in Field.allCases {
                guard let patterns = lists[field], !patterns.isEmpty,
                    let expressions = FeedFilter.expressions(field, table)
                else { continue }
                let tests = patterns.flatMap { _ in expressions.map { "coalesce(\($0), '') GLOB ?" }
                }
                for pattern in patterns { for _ in expressions { values.append(.text(pattern)) } }
                sql += " AND \(isExcluding ? "NOT " : "")(\(tests.joined(separator: " OR ")))"
            }
        }
        return (sql, values)
    }

    private static func expressions(_ field: Field, _ table: FeedTable) -> [String]? {
        switch field {
        case .agent: ["a.name", "a.identity"]
        case .owner: ["o.name"]
        case .tool: [table.columns.first { $0.name == "tool" }?.expression ?? "''"]
        case .project:
            table.name == "sessions" ? ["t.project"] : table.hasSession ? ["s.project"] : nil
        case .kind: table.index(of: "kind") == nil ? nil : ["t.kind"]
        case .source:
            switch table.name {
            case "files": ["t.source"]
            case "entries": ["(SELECT source FROM files WHERE id = t.file)"]
            default:
                [
                    "(SELECT f.source FROM entries e JOIN files f ON f.id = e.file WHERE e.seq = t.entry)"
                ]
            }
        }
    }
}
