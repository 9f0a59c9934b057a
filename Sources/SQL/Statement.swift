import CSQLite

/// A prepared statement; it belongs to its connection's thread and is finalised with its last reference.
///
/// `run`, `query`, `all` and `first` reset the statement on every way out, so nothing stays locked.
/// Who calls `step` goes on until it says false, or calls `reset`: a statement in the middle of its rows
/// keeps the read transaction that began with its first one.
package final class Statement {
    private let connection: Connection
    private let handle: OpaquePointer
    /// Bound values would otherwise stay allocated (a blob of a MiB, say) until the next use.
    private let parameterCount: Int32
    /// Of the values that `bind(values:)` bound, until the statement is reset.
    private var place = BindingPlace()

    init(_ connection: Connection, handle: OpaquePointer) {
        self.connection = connection
        self.handle = handle
        self.parameterCount = sqlite3_bind_parameter_count(handle)
    }

    deinit { sqlite3_finalize(handle) }

    /// The statement's text.
    package var sql: String { sqlite3_sql(handle).map { String(cString: $0) } ?? "" }

    /// The number of columns of a row; 0 for a statement that yields none.
    package var columnCount: Int { Int(sqlite3_column_count(handle)) }

    /// The name of a column, from 0.
    package func columnName(_ column: Int) -> String {
        sqlite3_column_name(handle, Int32(column)).map { String(cString: $0) } ?? ""
    }

    /// Whether running it changes no database file (https://sqlite.org/c3ref/stmt_readonly.html).
    package var isReadOnly: Bool { sqlite3_stmt_readonly(handle) != 0 }

    // MARK: Running

    /// Binds all parameters, in their order, to copies of `values`; resets the statement before.
    ///
    /// - Throws: `.misuse` when there are fewer or more values than parameters.
    package func bind<each V: SQLBindable>(_ values: repeat each V) throws(SQLError) {
        sqlite3_reset(handle)
        var index = 0
        for value in repeat each values {
            index += 1
            try value.bind(to: self, at: index)
        }
        guard index == Int(parameterCount) else {
            throw connection.misuse(
                "the statement has \(parameterCount) parameters, \(index) values were given",
                sql
            )
        }
    }

    /// Goes to the next row; false after the last one, and the statement is reset then.
    ///
    /// A failure resets it as well.
    package func step() throws(SQLError) -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else {
            let error = connection.error(code, sql: sql)
            reset()
            throw error
        }
        sqlite3_reset(handle)
        return false
    }

    /// Ends the statement's rows and forgets its bound values.
    package func reset() {
        sqlite3_reset(handle)
        if parameterCount > 0 { sqlite3_clear_bindings(handle) }
    }

    /// Binds `values`, runs the statement to its end and resets it; rows are passed over.
    package func run<each V: SQLBindable>(_ values: repeat each V) throws(SQLError) {
        defer { reset() }
        try bind(repeat each values)
        while try step() {}
    }

    /// Binds `values` and calls `row` for each row, with this statement to read the columns from.
    package func query<each V: SQLBindable>(
        _ values: repeat each V,
        row: (Statement) throws(SQLError) -> Void
    ) throws(SQLError) {
        defer { reset() }
        try bind(repeat each values)
        while try step() { try row(self) }
    }

    /// Binds `values` and collects what `row` makes of each row.
    package func all<Value, each V: SQLBindable>(
        _ values: repeat each V,
        row: (Statement) throws(SQLError) -> Value
    ) throws(SQLError) -> [Value] {
        defer { reset() }
        try bind(repeat each values)
        var found: [Value] = []
        while try step() { found.append(try row(self)) }
        return found
    }

    /// Binds `values` and returns what `row` makes of the first row; nil when there is none.
    package func first<Value, each V: SQLBindable>(
        _ values: repeat each V,
        row: (Statement) throws(SQLError) -> Value
    ) throws(SQLError) -> Value? {
        defer { reset() }
        try bind(repeat each values)
        return try step() ? try row(self) : nil
    }

    // MARK: Columns of the current row, from 0

    /// Whether the column is NULL.
    package func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
    }

    /// The column as an integer; 0 for NULL.
    package func int(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    /// The column as the bit pattern that a `UInt64` was bound with; 0 for NULL.
    package func uint64(_ column: Int) -> UInt64 { UInt64(bitPattern: int(column)) }

    /// Whether the column is neither 0 nor NULL.
    package func bool(_ column: Int) -> Bool { int(column) != 0 }

    /// The column as a number; 0 for NULL.
    package func double(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }

    /// The column as text, invalid UTF-8 replaced; empty for NULL.
    package func text(_ column: Int) -> String {
        guard let bytes = sqlite3_column_text(handle, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// The column's bytes; empty for NULL.
    package func blob(_ column: Int) -> [UInt8] {
        withBlob(column) { [UInt8]($0) }
    }

    /// Calls `body` with the column's bytes where they are, without a copy; they are gone after it.
    package func withBlob<Result, Failure: Error>(
        _ column: Int,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = sqlite3_column_blob(handle, Int32(column))
        let count = bytes == nil ? 0 : Int(sqlite3_column_bytes(handle, Int32(column)))
        return try body(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// The column as what it is, invalid UTF-8 in a text replaced.
    package func value(_ column: Int) -> SQLValue {
        switch sqlite3_column_type(handle, Int32(column)) {
        case SQLITE_INTEGER: .integer(int(column))
        case SQLITE_FLOAT: .real(double(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(blob(column))
        default: .null
        }
    }

    /// The column as `value`; `known` itself where it is the same text, which saves making it again.
    package func value(_ column: Int, like known: SQLValue) -> SQLValue {
        guard case .text(var text) = known,
            sqlite3_column_type(handle, Int32(column)) == SQLITE_TEXT
        else { return value(column) }
        let bytes = sqlite3_column_text(handle, Int32(column))
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        let isSame = text.withUTF8 { known in
            known.count == count
                && tailship_same_bytes(known.baseAddress, bytes, UInt64(count)) != 0
        }
        return isSame ? known : value(column)
    }

    // MARK: One parameter, from 1

    func restart() { sqlite3_reset(handle) }

    /// Makes room for the bytes of texts and blobs that are bound where they stand.
    func beginPlacing(_ size: Int) { place.begin(size) }

    func bind(placed value: String, at index: Int) throws(SQLError) {
        var value = value
        let bytes = value.withUTF8 { place.add(UnsafeRawBufferPointer($0)) }
        try check(
            tailship_bind_placed_text(
                handle,
                Int32(index),
                bytes.baseAddress,
                UInt64(bytes.count)
            )
        )
    }

    func bind(placed value: [UInt8], at index: Int) throws(SQLError) {
        let bytes = value.withUnsafeBytes { place.add($0) }
        try check(
            tailship_bind_placed_blob(
                handle,
                Int32(index),
                bytes.baseAddress,
                UInt64(bytes.count)
            )
        )
    }

    func bind(integer value: Int64, at index: Int) throws(SQLError) {
        try check(sqlite3_bind_int64(handle, Int32(index), value))
    }

    func bind(double value: Double, at index: Int) throws(SQLError) {
        try check(sqlite3_bind_double(handle, Int32(index), value))
    }

    func bind(text value: String, at index: Int) throws(SQLError) {
        var value = value
        let code = value.withUTF8 {
            tailship_bind_text(handle, Int32(index), $0.baseAddress, UInt64($0.count))
        }
        try check(code)
    }

    func bindNull(at index: Int) throws(SQLError) {
        try check(sqlite3_bind_null(handle, Int32(index)))
    }

    func bindingCode(blob value: UnsafeRawBufferPointer, at index: Int) -> Int32 {
        tailship_bind_blob(handle, Int32(index), value.baseAddress, UInt64(value.count))
    }

    func check(_ code: Int32) throws(SQLError) {
        guard code == SQLITE_OK else { throw connection.error(code, sql: sql) }
    }
}
