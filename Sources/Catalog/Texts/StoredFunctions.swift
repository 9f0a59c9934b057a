import SQL

/// The functions that the generated columns of the schema are made with; every connection to a catalog needs them.
///
/// `unpacked(body)` is the text of a `body`, `uuid_text(key)` the usual spelling of 16 bytes, `word_text(number)` a
/// word; all pass a text on as it is.
package enum StoredFunctions {
    /// Defines them for the connection.
    ///
    /// - Parameter database: the connection.
    /// - Returns: the functions, for those who write.
    /// - Throws: when there is no memory.
    @discardableResult
    package static func define(in database: Connection) throws(SQLError) -> [TextFunction] {
        let unpacker = TextUnpacker()
        return [
            try database.defineText("unpacked") { unpacker.unpack($0) },
            try database.defineText("uuid_text") { StoredUUID.text(of: $0) },
            try database.defineText("word_text", ofNumber: { StoredWord.text(of: $0) }),
        ]
    }
}
