import CSQLite

/// A value of any column, for rows that are compared and written as a whole.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// The number, or NULL.
    package init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
    /// The text, or NULL.
    package init(_ value: String?) { self = value.map { .text($0) } ?? .null }
    /// The number, or NULL.
    package init(_ value: Double?) { self = value.map { .real($0) } ?? .null }
    /// The bytes, or NULL.
    package init(_ value: [UInt8]?) { self = value.map { .blob($0) } ?? .null }
    /// 1 or 0.
    package init(_ value: Bool) { self = .integer(value ? 1 : 0) }

    /// The number; nil for anything else.
    package var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }
    /// The text; nil for anything else.
    package var text: String? {
        if case .text(let value) = self { value } else { nil }
    }
    /// Whether it is a number other than 0.
    package var isTrue: Bool { (integer ?? 0) != 0 }
}

extension Statement {
    /// Binds the values, runs the statement to its end and resets it; rows are passed over.
    ///
    /// Without the generic packs of `run`: for statements that run a hundred thousand times a second.
    package func run(values: [SQLValue]) throws(SQLError) {
        defer { reset() }
        try bind(values: values)
        while try step() {}
    }

    /// Binds all parameters, in their order; resets the statement before.
    package func bind(values: [SQLValue]) throws(SQLError) {
        restart()
        for (index, value) in values.enumerated() {
            switch value {
            case .null: try bindNull(at: index + 1)
            case .integer(let number): try bind(integer: number, at: index + 1)
            case .real(let number): try bind(double: number, at: index + 1)
            case .text(let text): try bind(text: text, at: index + 1)
            case .blob(let bytes): try bytes.bind(to: self, at: index + 1)
            }
        }
    }

    /// The first row's columns for one number as the only parameter; nil when there is none.
    package func row(for key: Int64) throws(SQLError) -> [SQLValue]? {
        defer { reset() }
        restart()
        try bind(integer: key, at: 1)
        return try step() ? values() : nil
    }

    /// The columns of the current row.
    package func values() -> [SQLValue] {
        (0..<columnCount).map { value($0) }
    }
}
