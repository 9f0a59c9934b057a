import Core
import SQL

/// A WHERE clause that grows by conditions, with the values of its parameters.
struct Conditions {
    private var parts: [String]
    private(set) var values: [SQLValue]

    init(_ first: String, _ values: [SQLValue] = []) {
        parts = [first]
        self.values = values
    }

    var sql: String { "WHERE " + parts.joined(separator: " AND ") }

    /// The column is the value, or matches it where it holds `*` or `?`; nil asks nothing.
    mutating func match(_ column: String, _ pattern: String?) {
        guard let pattern else { return }
        let isPattern = pattern.contains("*") || pattern.contains("?")
        parts.append("\(column) \(isPattern ? "GLOB" : "=") ?")
        values.append(.text(pattern))
    }

    /// The column is the number; nil asks nothing.
    mutating func equal(_ column: String, _ value: Int64?) {
        guard let value else { return }
        parts.append("\(column) = ?")
        values.append(.integer(value))
    }

    /// The column lies in the span; where it has a bound, rows without a time are left out.
    mutating func within(_ span: TimeSpan, _ column: String) {
        if let since = span.since {
            parts.append("\(column) >= ?")
            values.append(.integer(since.nanoseconds))
        }
        if let until = span.until {
            parts.append("\(column) < ?")
            values.append(.integer(until.nanoseconds))
        }
    }
}
