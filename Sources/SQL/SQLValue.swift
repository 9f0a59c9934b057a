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
    /// Bytes of a text or a blob.
    fileprivate var size: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        default: 0
        }
    }
    /// Whether it is a number other than 0.
    package var isTrue: Bool { (integer ?? 0) != 0 }
}

extension Statement {
    /// Binds the values, runs the statement to its end and resets it; rows are passed over.
    ///
    /// Without the generic packs of `run`: for statements that run a hundred thousand times a second.
    package func run(values: [SQLValue]) throws(SQLError) { try run(values: values[...]) }

    /// The same, with numbers behind the values.
    package func run(
        values: ArraySlice<SQLValue>,
        then numbers: Int64...
    ) throws(SQLError) {
        defer { reset() }
        try bind(values: values)
        var index = values.count
        for number in numbers {
            index += 1
            try bind(integer: number, at: index)
        }
        while try step() {}
    }

    /// Binds all parameters, in their order; resets the statement before.
    package func bind(values: [SQLValue]) throws(SQLError) { try bind(values: values[...]) }

    private func bind(values: ArraySlice<SQLValue>) throws(SQLError) {
        restart()
        beginPlacing(values.reduce(0) { $0 + $1.size })
        var index = 0
        for value in values {
            index += 1
            switch value {
            case .null: try bindNull(at: index)
            case .integer(let number): try bind(integer: number, at: index)
            case .real(let number): try bind(double: number, at: index)
            case .text(let text): try bind(placed: text, at: index)
            case .blob(let bytes): try bind(placed: bytes, at: index)
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
