import SQL

/// A row on its way to consumers, whole; or that it is gone.
package struct FeedRow: Sendable {
    package let table: FeedTable
    package let id: Int64
    /// For the same `id` the greatest wins.
    package let rev: Int64
    /// Whether the row is there no more; it has no values then.
    package let isDeletion: Bool
    /// Whether the row is only gone from the time that it had: it follows with a greater `rev`.
    package let isMove: Bool
    /// Of a deletion: the time that the row had, for backends that keep rows by day; NULL when it is not known.
    package let formerTime: SQLValue
    /// The values of the table's columns, in their order.
    package var values: [SQLValue]

    /// A row with the values of all columns of its table.
    package init(_ table: FeedTable, id: Int64, rev: Int64, values: [SQLValue]) {
        self.table = table
        self.id = id
        self.rev = rev
        self.values = values
        isDeletion = false
        isMove = false
        formerTime = .null
    }

    /// That a row is gone, or has left the time that it had.
    package init(
        deletionIn table: FeedTable,
        id: Int64,
        rev: Int64,
        formerTime: SQLValue = .null,
        isMove: Bool = false
    ) {
        self.isMove = isMove
        self.table = table
        self.id = id
        self.rev = rev
        self.formerTime = formerTime
        isDeletion = true
        values = []
    }

    /// The value of a column; NULL for one that the table does not have, or of a deletion.
    package subscript(_ column: String) -> SQLValue {
        guard let index = table.index(of: column), index < values.count else { return .null }
        return values[index]
    }

    /// The time that it belongs to, of a deletion the one that it had; NULL where there is none.
    package var time: SQLValue {
        if isDeletion { return formerTime }
        guard let index = table.timeIndex, index < values.count else { return .null }
        return values[index]
    }

    /// Bytes of memory, nearly.
    package var size: Int {
        values.reduce(64) { sum, value in
            switch value {
            case .text(let text): sum + 32 + text.utf8.count
            case .blob(let bytes): sum + 32 + bytes.count
            default: sum + 32
            }
        }
    }
}
