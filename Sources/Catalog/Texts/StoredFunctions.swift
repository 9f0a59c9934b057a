import SQL
import Transcripts

/// The functions that the generated columns of the schema are made with, and those that filters ask; every
/// connection to a catalog needs them.
///
/// `unpacked(body)` is the text of a `body`, `uuid_text(key)` the usual spelling of 16 bytes, `word_text(number)` a
/// word; all pass a text on as it is. `program_of(command)` is what a shell's command runs, `host_of(text)` the first
/// host that a text names, `keyword_lines(keywords)` those of a row of `tags`, each in a line that a line feed begins
/// and ends.
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
            try database.defineText("unpacked", ofBlob: { unpacker.unpack($0) }),
            try database.defineText("uuid_text", ofBlob: { StoredUUID.text(of: $0) }),
            try database.defineText("word_text", ofNumber: { StoredWord.text(of: $0) }),
            try database.defineText("program_of", ofText: { ShellProgram.name(of: $0) }),
            try database.defineText("host_of", ofText: { WebHost.first(in: $0) }),
            try database.defineText("keyword_lines") { (text: String) in
                "\n" + ClassicTagger.keywords(joined: text).joined(separator: "\n") + "\n"
            },
        ]
    }
}
