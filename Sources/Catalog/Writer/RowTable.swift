import SQL

/// The statements of one table whose rows are written as a whole.
///
/// The first column is the identifier by which rows are found; `rev` is written with each change.
final class RowTable {
    let name: String
    private let columns: [String]
    private let select: Statement
    private let insertion: Statement
    private let change: Statement
    private let removal: Statement
    /// Nil for a table whose rows have no `timestamp`.
    private let time: Statement?
    private let timeIndex: Int?
    /// How many rows of this table have left a tombstone; none need be looked for when it is 0.
    var tombstones: Int = 0

    /// `columns`: the identifier, then all others but `rev`; `hasTime`: whether there is a `timestamp` beside them.
    init(
        _ database: Connection,
        _ name: String,
        _ columns: [String],
        hasTime: Bool = false
    ) throws(SQLError) {
        self.name = name
        self.columns = columns
        let key = columns[0]
        select = try database.prepare(
            "SELECT \(columns.joined(separator: ", ")) FROM \(name) WHERE \(key) = ?"
        )
        let marks = Array(repeating: "?", count: columns.count + 1).joined(separator: ", ")
        insertion = try database.prepare(
            "INSERT INTO \(name) (\(columns.joined(separator: ", ")), rev) VALUES (\(marks))"
        )
        let settings = columns.dropFirst().map { "\($0) = ?" } + ["rev = ?"]
        change = try database.prepare(
            "UPDATE \(name) SET \(settings.joined(separator: ", ")) WHERE \(key) = ?"
        )
        timeIndex = columns.firstIndex(of: "timestamp")
        time =
            timeIndex != nil || hasTime
            ? try database.prepare("SELECT timestamp FROM \(name) WHERE \(key) = ?") : nil
        removal = try database.prepare("DELETE FROM \(name) WHERE \(key) = ?")
    }

    /// The row's columns, in the order that the table was made with; nil when there is none.
    func load(_ id: Int64) throws(SQLError) -> [SQLValue]? { try select.row(for: id) }

    /// Whether its rows have a `timestamp`.
    var hasTime: Bool { time != nil }

    /// The row's `timestamp`; NULL where it has none, nil when there is no row or no such column.
    func time(of id: Int64) throws(SQLError) -> SQLValue? { try time?.row(for: id)?[0] }

    /// The `timestamp` among a row's values; nil for a table that is not written with one.
    func time(in values: [SQLValue]) -> SQLValue? { timeIndex.map { values[$0] } }

    func insert(_ values: [SQLValue], rev: Int64) throws(SQLError) {
        try insertion.run(values: values[...], then: rev)
    }

    func update(_ values: [SQLValue], rev: Int64) throws(SQLError) {
        try change.run(values: values.dropFirst(), then: rev, values[0].integer ?? 0)
    }

    func delete(_ id: Int64) throws(SQLError) {
        try removal.run(values: [.integer(id)])
    }
}
