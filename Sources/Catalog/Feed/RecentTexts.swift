import SQL

/// Makes rows of a query's columns, and short texts only once where the row before has the same.
///
/// Machines, people, sessions and kinds are those of the row before nearly always.
struct RecentTexts {
    private let table: FeedTable
    private var last: [SQLValue]

    init(_ table: FeedTable) {
        self.table = table
        last = Array(repeating: .null, count: table.columns.count)
    }

    /// The row that the query stands at, whose columns are those of the table.
    mutating func row(_ query: Statement) -> FeedRow {
        var values: [SQLValue] = []
        values.reserveCapacity(last.count)
        for index in last.indices {
            let value = query.value(index, like: last[index])
            if table.isRepeating[index] { last[index] = value }
            values.append(value)
        }
        return FeedRow(table, id: query.int(0), rev: query.int(1), values: values)
    }
}
