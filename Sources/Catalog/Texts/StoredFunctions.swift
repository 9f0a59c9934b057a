import CZstd
import SQL
import Transcripts

/// The functions that the generated columns of the schema are made with, and those that filters ask; every
/// connection to a catalog needs them.
///
/// `unpacked(body)` is the text of a `body`, `uuid_text(key)` the usual spelling of 16 bytes; both pass a text on as
/// it is. `program_of(command)` is what a shell's command runs, `host_of(text)` the first host that a text names,
/// `keyword_lines(keywords)` those of a row of `tags`, each in a line that a line feed begins and ends.
package enum StoredFunctions {
    /// Defines them for the connection.
    package static func define(in database: Connection) throws(SQLError) {
        let unpacker = TextUnpacker()
        try database.defineText("unpacked", ofBlob: { unpacker.unpack($0) })
        try database.defineText("uuid_text", ofBlob: { StoredUUID.text(of: $0) })
        try database.defineText("program_of", ofText: { ShellProgram.name(of: $0) })
        try database.defineText("host_of", ofText: { WebHost.first(in: $0) })
        try database.defineText("keyword_lines") { (text: String) in
            "\n" + ClassicTagger.keywords(joined: text).joined(separator: "\n") + "\n"
        }
    }
}

/// Makes the texts again of what `TextPacker` made; it belongs to its connection's thread.
private final class TextUnpacker {
    private let context = ZSTD_createDCtx()

    deinit { ZSTD_freeDCtx(context) }

    /// Nil for what is no frame, or one of more than a stored text may have.
    func unpack(_ frame: UnsafeRawBufferPointer) -> [UInt8]? {
        let size = ZSTD_getFrameContentSize(frame.baseAddress, frame.count)
        guard let context, size <= UInt64(StoredText.limit) else { return nil }
        var isWhole = false
        let text = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            let written = ZSTD_decompressDCtx(
                context,
                buffer.baseAddress,
                buffer.count,
                frame.baseAddress,
                frame.count
            )
            isWhole = ZSTD_isError(written) == 0 && written == Int(size)
            count = isWhole ? Int(size) : 0
        }
        return isWhole ? text : nil
    }
}
