import Core
import SQL

/// A WHERE clause that grows by conditions, with the values of its parameters and the tables that they need.
package struct Conditions {
    private var parts: [String]
    package private(set) var values: [SQLValue]
    /// What has to be joined.
    package var joins: Set<RowShape.Join> = []

    /// Begins with a condition, or none.
    package init(_ first: String? = nil, _ values: [SQLValue] = []) {
        parts = first.map { [$0] } ?? []
        self.values = values
    }

    /// `WHERE …`; empty without conditions.
    package var sql: String { parts.isEmpty ? "" : "WHERE " + parts.joined(separator: " AND ") }

    /// All of it as one condition; true without any.
    package var condition: String { parts.isEmpty ? "TRUE" : parts.joined(separator: " AND ") }

    /// The joins of a statement about these rows, besides those that it needs itself.
    package func from(_ shape: RowShape, and more: Set<RowShape.Join> = []) -> String {
        let needed = joins.union(more)
        return RowShape.Join.allCases.filter { needed.contains($0) }.map { shape.sql($0) }
            .joined(separator: " ")
    }

    /// The condition is true.
    package mutating func add(_ condition: String, _ more: [SQLValue] = []) {
        parts.append(condition)
        values += more
    }

    /// The condition is true, or with `isNegated` false or unknown.
    package mutating func add(_ condition: String, _ more: [SQLValue], isNegated: Bool) {
        add(isNegated ? "(\(condition)) IS NOT TRUE" : "(\(condition))", more)
    }

    /// All that the others ask; what they join is joined already.
    package mutating func add(_ others: Conditions) {
        parts += others.parts
        values += others.values
    }

    /// The column is the value, or matches it where it holds `*` or `?`.
    static func matches(_ column: String, _ term: FilterTerm) -> String {
        "\(column) \(term.isPattern ? "GLOB" : "=") ?"
    }

    /// The column lies in the span; where it has a bound, rows without a time are left out.
    package mutating func within(_ span: TimeSpan, _ column: String) {
        if let since = span.since { add("\(column) >= ?", [.integer(since.nanoseconds)]) }
        if let until = span.until { add("\(column) < ?", [.integer(until.nanoseconds)]) }
    }
}
