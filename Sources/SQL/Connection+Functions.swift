import CSQLite

/// A function that makes a text of its argument; it belongs to its connection's thread.
package final class TextFunction {
    fileprivate enum Maker {
        case blob((UnsafeRawBufferPointer) -> [UInt8]?)
        case number((Int64) -> StaticString?)
        case text((String) -> String?)
    }

    fileprivate let maker: Maker
    /// Whether it is NULL for now, whatever it is given.
    ///
    /// SQLite computes the generated columns of each row that it writes, also those that it does not store: for a
    /// writer that asks for none of them this is the greater part of the work.
    package var rests = false

    fileprivate init(_ maker: Maker) { self.maker = maker }
}

extension Connection {
    /// Defines a function of one argument that makes a text of a blob, and is its argument for anything else.
    ///
    /// Queries and generated columns may use it: it must always make the same of the same. `make` returns the UTF-8 of
    /// the text; nil is an error of the statement that called it.
    @discardableResult
    package func defineText(
        _ name: String,
        ofBlob make: @escaping (UnsafeRawBufferPointer) -> [UInt8]?
    ) throws(SQLError) -> TextFunction {
        try define(name, TextFunction(.blob(make)))
    }

    /// The same for a function that makes a text of a whole number.
    @discardableResult
    package func defineText(
        _ name: String,
        ofNumber make: @escaping (Int64) -> StaticString?
    ) throws(SQLError) -> TextFunction {
        try define(name, TextFunction(.number(make)))
    }

    /// Defines a function of one argument that makes a text of a text; it is NULL for NULL, and where `make` says
    /// nil.
    ///
    /// It must always make the same of the same.
    @discardableResult
    package func defineText(
        _ name: String,
        ofText make: @escaping (String) -> String?
    ) throws(SQLError) -> TextFunction {
        try define(name, TextFunction(.text(make)))
    }

    /// Phrases of a search that `weigh` knows the frequency of, at most.
    package static var weighablePhrases: Int { Int(tailship_weigh_phrases) }

    /// Lets searches of an FTS5 table call `weigh(table, n, …)`, which is its `bm25(table)` for phrases that stand in so
    /// many rows, in the order of the expression (https://sqlite.org/fts5.html#the_bm25_function).
    ///
    /// `bm25` counts these rows anew in each statement, which takes as long as to find them.
    package func defineWeigh() throws(SQLError) {
        try check(tailship_define_weigh(try opened()), sql: "weigh")
    }

    private func define(
        _ name: String,
        _ function: TextFunction
    ) throws(SQLError) -> TextFunction {
        let maker = Unmanaged.passRetained(function).toOpaque()
        let code = sqlite3_create_function_v2(
            try opened(),
            name,
            1,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
            maker,
            callTextFunction,
            nil,
            nil
        ) { maker in if let maker { Unmanaged<TextFunction>.fromOpaque(maker).release() } }
        // On failure the library has called the destructor already.
        try check(code, sql: nil)
        return function
    }
}

private func callTextFunction(
    _ context: OpaquePointer?,
    _ count: Int32,
    _ arguments: UnsafeMutablePointer<OpaquePointer?>?
) {
    guard let argument = arguments?[0], let data = sqlite3_user_data(context) else { return }
    // Without a result it is NULL.
    let function = Unmanaged<TextFunction>.fromOpaque(data).takeUnretainedValue()
    guard !function.rests else { return }
    let isMade: Bool
    switch (function.maker, sqlite3_value_type(argument)) {
    case (.blob(let make), SQLITE_BLOB): isMade = giveText(make, of: argument, to: context)
    case (.number(let make), SQLITE_INTEGER):
        isMade = giveText(make, ofNumber: argument, to: context)
    case (.text, SQLITE_NULL): return
    case (.text(let make), _): return giveText(make, ofText: argument, to: context)
    default: return sqlite3_result_value(context, argument)
    }
    if !isMade { sqlite3_result_error(context, "a stored text is damaged", -1) }
}

private func giveText(
    _ make: (UnsafeRawBufferPointer) -> [UInt8]?,
    of argument: OpaquePointer,
    to context: OpaquePointer?
) -> Bool {
    let bytes = UnsafeRawBufferPointer(
        start: sqlite3_value_blob(argument),
        count: Int(sqlite3_value_bytes(argument))
    )
    guard let text = make(bytes) else { return false }
    text.withUnsafeBytes { tailship_result_text(context, $0.baseAddress, UInt64($0.count)) }
    return true
}

private func giveText(
    _ make: (Int64) -> StaticString?,
    ofNumber argument: OpaquePointer,
    to context: OpaquePointer?
) -> Bool {
    guard let text = make(sqlite3_value_int64(argument)), text.hasPointerRepresentation else {
        return false
    }
    // It is a part of the program, and so always there.
    tailship_result_placed_text(context, text.utf8Start, UInt64(text.utf8CodeUnitCount))
    return true
}

private func giveText(
    _ make: (String) -> String?,
    ofText argument: OpaquePointer,
    to context: OpaquePointer?
) {
    // The text first: it is what has the number of bytes.
    let bytes = sqlite3_value_text(argument)
    let text = UnsafeBufferPointer(start: bytes, count: Int(sqlite3_value_bytes(argument)))
    guard var made = make(String(decoding: text, as: UTF8.self)) else { return }
    made.withUTF8 { tailship_result_text(context, $0.baseAddress, UInt64($0.count)) }
}
