import CZstd
import Core
import Platform

/// Compresses files that are written to no more, a piece at a time: however large one is, memory stays flat.
enum FinishedFile {
    static let suffix = ".zst"
    private static let piece = 256 << 10
    /// What the command `zstd` does unless told otherwise.
    private static let level: Int32 = 3

    /// Where the compressed form of a file stands.
    static func compressed(_ path: BytePath) -> BytePath {
        BytePath(path.bytes + Array(suffix.utf8))
    }

    /// Puts the compressed form in the file's place; after a crash there is the one or the other, or both, whole.
    static func compress(_ path: BytePath, on disk: LinuxDisk) throws(SystemError) {
        let target = compressed(path)
        let temporary = BytePath(target.bytes + Array(".new".utf8))
        try disk.remove(temporary)
        let output = try disk.open(temporary, .createNew)
        try copy(try disk.open(path, .read), to: output)
        try output.synchronize()
        try disk.rename(temporary, to: target)
        try disk.synchronizeDirectory(path.parent)
        try disk.remove(path)
        try disk.synchronizeDirectory(path.parent)
    }

    private static func copy(
        _ source: any DiskFile,
        to target: any DiskFile
    ) throws(SystemError) {
        guard let context = ZSTD_createCCtx() else { throw failure }
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 16)
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 16)
        defer {
            input.deallocate()
            output.deallocate()
        }
        var (read, written): (UInt64, UInt64) = (0, 0)
        while true {
            let count = try source.read(into: input, at: read)
            read += UInt64(count)
            var taken = ZSTD_inBuffer(src: input.baseAddress, size: count, pos: 0)
            // The end of the file ends the frame.
            let mode = count == 0 ? ZSTD_e_end : ZSTD_e_continue
            while true {
                var given = ZSTD_outBuffer(dst: output.baseAddress, size: piece, pos: 0)
                let left = ZSTD_compressStream2(context, &given, &taken, mode)
                guard ZSTD_isError(left) == 0 else { throw failure }
                let bytes = UnsafeRawBufferPointer(
                    rebasing: UnsafeRawBufferPointer(output)[..<given.pos]
                )
                try target.write(bytes, at: written)
                written += UInt64(given.pos)
                if count == 0 ? left == 0 : taken.pos == count { break }
            }
            if count == 0 { return }
        }
    }

    /// The library has no other reason than memory.
    private static let failure = SystemError(errno: 12, call: "ZSTD_compressStream2")
}
