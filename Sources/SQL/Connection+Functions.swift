import CSQLite

/// What makes a text of bytes; held by the connection that calls it.
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
        try define(name, TextMaker(make), callTextMaker)
    }

    /// Defines a function of one argument that makes a text of a text; it is NULL for NULL, and where `make` says
    /// nil.
    ///
    /// It must always make the same of the same.
    package func defineText(
        _ name: String,
        ofText make: @escaping (String) -> String?
    ) throws(SQLError) {
        let maker = TextMaker { make(String(decoding: $0, as: UTF8.self)).map { Array($0.utf8) } }
        try define(name, maker, callTextReader)
    }

    private func define(
        _ name: String,
        _ maker: TextMaker,
        _ function: @escaping SQLFunction
    ) throws(SQLError) {
        let maker = Unmanaged.passRetained(maker).toOpaque()
        let code = sqlite3_create_function_v2(
            try opened(),
            name,
            1,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
            maker,
            function,
            nil,
            nil
        ) { maker in if let maker { Unmanaged<TextMaker>.fromOpaque(maker).release() } }
        // On failure the library has called the destructor already.
        try check(code, sql: nil)
    }
}

private typealias SQLFunction =
    @convention(c) (
        OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?
    ) -> Void

private func callTextReader(
    _ context: OpaquePointer?,
    _ count: Int32,
    _ arguments: UnsafeMutablePointer<OpaquePointer?>?
) {
    guard let argument = arguments?[0], let data = sqlite3_user_data(context),
        sqlite3_value_type(argument) != SQLITE_NULL
    else { return }
    let maker = Unmanaged<TextMaker>.fromOpaque(data).takeUnretainedValue()
    // The text first: it is what has the number of bytes.
    let bytes = sqlite3_value_text(argument)
    let text = UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_value_bytes(argument)))
    guard let made = maker.make(text) else { return }
    made.withUnsafeBytes { tailship_result_text(context, $0.baseAddress, UInt64($0.count)) }
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
