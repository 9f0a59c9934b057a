import CZstd
import SQL

/// Makes the texts again of what `TextPacker` made; it belongs to its connection's thread.
final class TextUnpacker {
    private let context = ZSTD_createDCtx()

    deinit { ZSTD_freeDCtx(context) }

    /// The text of a stored body; NULL for a damaged one.
    func text(of body: SQLValue) -> SQLValue {
        guard case .blob(let frame) = body else { return body }
        let text = frame.withUnsafeBytes { unpack($0) }
        return text.map { .text(String(decoding: $0, as: UTF8.self)) } ?? .null
    }

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
