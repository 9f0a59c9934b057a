import CSQLite

/// What makes a text of a blob; held by the connection that calls it.
private final class TextMaker {
    let make: (UnsafeRawBufferPointer) -> [UInt8]?
    init(_ make: @escaping (UnsafeRawBufferPointer) -> [UInt8]?) { self.make = make }
}

extension Connection {
    /// Defines a function of one argument that makes a text of a blob, and is its argument for anything else.
    ///
    /// Queries and generated columns may use it: it must always make the same of the same. `make` returns the UTF-8 of
    /// the text; nil is an error of the statement that called it.
    package func defineText(
        _ name: String,
        ofBlob make: @escaping (UnsafeRawBufferPointer) -> [UInt8]?
    ) throws(SQLError) {
        let maker = Unmanaged.passRetained(TextMaker(make)).toOpaque()
        let code = sqlite3_create_function_v2(
            try opened(),
            name,
            1,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
            maker,
            callTextMaker,
            nil,
            nil
        ) { maker in if let maker { Unmanaged<TextMaker>.fromOpaque(maker).release() } }
        // On failure the library has called the destructor already.
        try check(code, sql: nil)
    }
}

private func callTextMaker(
    _ context: OpaquePointer?,
    _ count: Int32,
    _ arguments: UnsafeMutablePointer<OpaquePointer?>?
) {
    guard let argument = arguments?[0], let data = sqlite3_user_data(context) else { return }
    guard sqlite3_value_type(argument) == SQLITE_BLOB else {
        sqlite3_result_value(context, argument)
        return
    }
    let maker = Unmanaged<TextMaker>.fromOpaque(data).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(
        start: sqlite3_value_blob(argument),
        count: Int(sqlite3_value_bytes(argument))
    )
    guard let text = maker.make(bytes) else {
        sqlite3_result_error(context, "a stored text is damaged", -1)
        return
    }
    text.withUnsafeBytes { tailship_result_text(context, $0.baseAddress, UInt64($0.count)) }
}
