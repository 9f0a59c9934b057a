import CZstd
import Catalog
import Core
import Transcripts

/// The content of a zstd file (`*.jsonl.zst`), decompressed as it is read.
///
/// Positions of its records are offsets in the content, which depend on nothing but the file's bytes. What a
/// frame holds is read again from the frame's start when the file grew behind it; a file of many frames goes on
/// at the last one.
final class CompressedContent: ContentSource {
    /// How the frames end.
    enum Ending: Equatable {
        /// With the last byte of the file.
        case whole
        /// In the middle of one, which more bytes may complete.
        case cutOff
        /// Nothing can be read from there on.
        case damaged(String)
    }

    /// Where a frame begins: in the file, and in the content.
    private struct FrameStart {
        var file: UInt64
        var content: UInt64
    }

    /// What the window of a frame may take at most, as a power of two: what the command `zstd` allows.
    private static let windowLog: Int32 = 27
    /// Bytes of content for each byte of the file, beyond a first allowance, that no conversation has.
    private static let expansion: UInt64 = 2048
    private static let allowance: UInt64 = 64 << 20
    private static let inputBytes = 128 << 10

    private let archived: ArchivedContent
    private let context: OpaquePointer
    private let input: UnsafeMutableRawBufferPointer
    private var isInFrame = false
    private var inputStart = 0
    private var inputEnd = 0
    /// Offset in the file of what the decompressor takes next.
    private var fileOffset: UInt64
    /// Offset in the content of what it gives next.
    private var contentOffset: UInt64
    /// Content before it was read already.
    private let first: UInt64
    /// Starts of frames that the reader may have to go back to, ascending.
    private var frames: [FrameStart]
    /// Nil before the end was reached.
    private(set) var ending: Ending?

    /// Goes on where `state`, of the position at `parsedOffset`, left off.
    ///
    /// - Parameters:
    ///   - archived: the file, from `parsedOffset` on.
    ///   - state: what is remembered of its content.
    /// - Throws: when the remembered state cannot be taken up.
    init(_ archived: ArchivedContent, _ state: CompressedState) throws(OperatorError) {
        guard let context = ZSTD_createDCtx() else {
            throw OperatorError(.internal, "no memory for a zstd decompressor")
        }
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, CompressedContent.windowLog)
        self.archived = archived
        self.context = context
        input = .allocate(byteCount: CompressedContent.inputBytes, alignment: 16)
        fileOffset = archived.offset
        contentOffset = state.frameContent
        first = state.next
        frames = [FrameStart(file: archived.offset, content: state.frameContent)]
    }

    deinit {
        ZSTD_freeDCtx(context)
        input.deallocate()
    }

    /// Where the content ends, as far as it was read.
    var end: UInt64 { contentOffset }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(OperatorError) -> Int {
        while ending == nil {
            let start = contentOffset
            let count = try decompress(into: buffer)
            let passed = Int(min(UInt64(count), first - min(first, start)))
            guard count > passed else { continue }
            if passed > 0 {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[passed..<count])
                UnsafeMutableRawBufferPointer(rebasing: buffer[..<(count - passed)])
                    .copyMemory(from: rest)
            }
            return count - passed
        }
        return 0
    }

    /// The position in the file from which the content at `next` is found again.
    func position(of next: UInt64) -> (file: UInt64, content: UInt64) {
        if let last = frames.lastIndex(where: { $0.content <= next }) {
            frames.removeFirst(last)
        }
        return frames.first.map { ($0.file, $0.content) } ?? (0, 0)
    }

    private func decompress(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(OperatorError) -> Int {
        if inputStart == inputEnd {
            inputStart = 0
            inputEnd = try archived.read(into: input)
        }
        let isFed = inputEnd > 0
        if !isFed, !isInFrame {
            ending = .whole
            return 0
        }
        var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        var source = ZSTD_inBuffer(src: input.baseAddress, size: inputEnd, pos: inputStart)
        let hint = ZSTD_decompressStream(context, &output, &source)
        guard ZSTD_isError(hint) == 0 else {
            ending = .damaged(String(cString: ZSTD_getErrorName(hint)))
            return 0
        }
        let taken = source.pos - inputStart
        inputStart = source.pos
        fileOffset += UInt64(taken)
        contentOffset += UInt64(output.pos)
        isInFrame = hint != 0
        if hint == 0 { frames.append(FrameStart(file: fileOffset, content: contentOffset)) }
        let bound = CompressedContent.allowance + CompressedContent.expansion * fileOffset
        if contentOffset > bound { ending = .damaged("it expands to more than any conversation") }
        if !isFed, output.pos == 0 { ending = isInFrame ? .cutOff : .whole }
        return output.pos
    }
}
