import CZstd
import Core
import Platform

/// Compresses and decompresses whole files piece by piece, as zstd frames with a checksum; it belongs to one thread.
final class ZstdPress {
    /// Why the content of a file cannot be read.
    enum Failure: Error {
        case disk(SystemError)
        /// It is no whole frame, or a checksum is wrong.
        case damaged
        case noMemory
    }

    /// Compressed once and kept for years.
    private static let level: Int32 = 12
    private static let pieceBytes = 256 << 10

    private let compressor = ZSTD_createCCtx()
    private let decompressor = ZSTD_createDCtx()
    private let input = UnsafeMutableRawBufferPointer.allocate(
        byteCount: ZstdPress.pieceBytes,
        alignment: 16
    )
    private let output = UnsafeMutableRawBufferPointer.allocate(
        byteCount: ZstdPress.pieceBytes,
        alignment: 16
    )

    deinit {
        ZSTD_freeCCtx(compressor)
        ZSTD_freeDCtx(decompressor)
        input.deallocate()
        output.deallocate()
    }

    /// Writes what `source` holds to `target`, compressed.
    func compress(_ source: any DiskFile, to target: any DiskFile) throws(Failure) {
        guard let compressor else { throw .noMemory }
        ZSTD_CCtx_reset(compressor, ZSTD_reset_session_and_parameters)
        ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, ZstdPress.level)
        ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, 1)
        var read: UInt64 = 0
        var written: UInt64 = 0
        while true {
            let count = try disk { () throws(SystemError) in try source.read(into: input, at: read)
            }
            read += UInt64(count)
            let isEnd = count < input.count
            var from = ZSTD_inBuffer(src: input.baseAddress, size: count, pos: 0)
            var isDone = false
            while !isDone {
                var to = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                let left = ZSTD_compressStream2(
                    compressor,
                    &to,
                    &from,
                    isEnd ? ZSTD_e_end : ZSTD_e_continue
                )
                guard ZSTD_isError(left) == 0 else { throw .noMemory }
                let bytes = UnsafeRawBufferPointer(rebasing: output[..<to.pos])
                try disk { () throws(SystemError) in try target.write(bytes, at: written) }
                written += UInt64(to.pos)
                isDone = isEnd ? left == 0 : from.pos == from.size
            }
            if isEnd { return }
        }
    }

    /// Gives the content of a compressed file to `body`.
    func decompress(
        _ source: any DiskFile,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(Failure) {
        guard let decompressor else { throw .noMemory }
        ZSTD_DCtx_reset(decompressor, ZSTD_reset_session_only)
        var read: UInt64 = 0
        var isWhole = false
        while true {
            let count = try disk { () throws(SystemError) in try source.read(into: input, at: read)
            }
            read += UInt64(count)
            guard count > 0 else { break }
            var from = ZSTD_inBuffer(src: input.baseAddress, size: count, pos: 0)
            var isFull = true
            while from.pos < from.size || isFull {
                var to = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                let left = ZSTD_decompressStream(decompressor, &to, &from)
                guard ZSTD_isError(left) == 0 else { throw .damaged }
                body(UnsafeRawBufferPointer(rebasing: output[..<to.pos]))
                isWhole = left == 0
                isFull = to.pos == to.size
                if isWhole, from.pos == from.size { break }
            }
        }
        guard isWhole else { throw .damaged }
    }

    private func disk<Value>(
        _ body: () throws(SystemError) -> Value
    ) throws(Failure) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw .disk(error)
        }
    }
}
