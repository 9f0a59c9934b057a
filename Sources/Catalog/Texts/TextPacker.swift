import CZstd
import SQL

/// Makes of texts what is stored of them: a short one as it is, a longer one as a zstd frame where that is smaller.
///
/// It belongs to one thread.
final class TextPacker {
    /// Shorter texts gain nothing worth the work.
    private static let minimum = 96
    /// From here on the next level's tables pay.
    private static let long = 8192

    /// One of the library's fastest levels: texts are written far more often than read.
    private static func level(of count: Int) -> Int32 { count < long ? 2 : 3 }

    private let context: OpaquePointer?
    private var buffer: UnsafeMutableRawBufferPointer

    init() {
        context = ZSTD_createCCtx()
        buffer = .allocate(byteCount: 1 << 16, alignment: 16)
    }

    deinit {
        ZSTD_freeCCtx(context)
        buffer.deallocate()
    }

    /// The text, or a blob that `StoredFunctions.unpack` makes the text of again.
    func pack(_ text: String) -> SQLValue {
        var text = text
        let packed = text.withUTF8 { frame(of: UnsafeRawBufferPointer($0)) }
        return packed.map { .blob($0) } ?? .text(text)
    }

    private func frame(of bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let context, bytes.count >= TextPacker.minimum else { return nil }
        let bound = ZSTD_compressBound(bytes.count)
        if buffer.count < bound {
            buffer.deallocate()
            buffer = .allocate(byteCount: bound, alignment: 16)
        }
        let count = ZSTD_compressCCtx(
            context,
            buffer.baseAddress,
            buffer.count,
            bytes.baseAddress,
            bytes.count,
            TextPacker.level(of: bytes.count)
        )
        guard ZSTD_isError(count) == 0, count < bytes.count / 8 * 7 else { return nil }
        return [UInt8](UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
}
