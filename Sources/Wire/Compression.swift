import CLZ4
import Core

/// Makes LZ4 frames of the standard format (version 1.6): independent blocks of at most 256 KiB, content
/// size, content checksum.
///
/// The blocks are the library's. The frame around them is put together here, because the library's own
/// checksum of the content takes a fifth of the time of compressing it.
/// ```
/// u32 0x184d2204   u8 flags   u8 block size   u64 content size   u8 header checksum
/// blocks: u32 length (top bit: stored as it is), bytes          u32 0          u32 XXH32 of the content
/// ```
package enum LZ4 {
    private static let magic: UInt32 = 0x184d_2204
    private static let blockBytes = 256 * 1024
    private static let stored: UInt32 = 1 << 31

    /// Bytes that the frame of `count` bytes takes at most.
    package static func bound(_ count: Int) -> Int {
        23 + count + 4 * (count / blockBytes + 1)
    }

    /// Appends the frame of `source` to `target`.
    package static func compress(
        _ source: UnsafeRawBufferPointer,
        appendingTo target: inout [UInt8]
    ) {
        let prefix = target + header(source.count)
        // One allocation of the final size: the table is short, the frame is not.
        target = [UInt8](unsafeUninitializedCapacity: prefix.count + bound(source.count)) {
            buffer,
            count in
            _ = buffer.initialize(from: prefix)
            let room = UnsafeMutableRawBufferPointer(buffer)
            count = prefix.count
            for start in stride(from: 0, to: source.count, by: blockBytes) {
                let end = min(start + blockBytes, source.count)
                let block = UnsafeRawBufferPointer(rebasing: source[start..<end])
                count += put(block, into: UnsafeMutableRawBufferPointer(rebasing: room[count...]))
            }
            put(0, into: room, at: &count)
            put(Checksum.xxh32(source), into: room, at: &count)
        }
    }

    private static func header(_ size: Int) -> [UInt8] {
        // Version 1, independent blocks, content checksum; an empty content has no size.
        let flags: UInt8 = size > 0 ? 0x6c : 0x64
        var writer = ByteWriter()
        writer.integer(flags)
        writer.integer(UInt8(size <= 64 * 1024 ? 4 << 4 : 5 << 4))
        if size > 0 { writer.integer(UInt64(size)) }
        let sum = writer.bytes.withUnsafeBytes { Checksum.xxh32($0) }
        var head = ByteWriter()
        head.integer(magic)
        head.raw(writer.bytes)
        head.integer(UInt8(truncatingIfNeeded: sum >> 8))
        return head.bytes
    }

    /// Writes one block with its length; one that does not become smaller is stored as it is.
    private static func put(
        _ block: UnsafeRawBufferPointer,
        into room: UnsafeMutableRawBufferPointer
    ) -> Int {
        let body = UnsafeMutableRawBufferPointer(rebasing: room[4...])
        let written = LZ4_compress_fast(
            block.baseAddress?.assumingMemoryBound(to: CChar.self),
            body.baseAddress?.assumingMemoryBound(to: CChar.self),
            Int32(block.count),
            Int32(block.count - 1),
            1
        )
        var length = 0
        guard written > 0 else {
            put(UInt32(block.count) | stored, into: room, at: &length)
            body.copyMemory(from: block)
            return length + block.count
        }
        put(UInt32(written), into: room, at: &length)
        return length + Int(written)
    }

    private static func put(
        _ value: UInt32,
        into room: UnsafeMutableRawBufferPointer,
        at offset: inout Int
    ) {
        room.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
        offset += 4
    }
}

/// Reads LZ4 frames; one context is used again and again.
///
/// Not Sendable: it belongs to one thread.
package final class LZ4Decompressor {
    private var context: OpaquePointer?

    /// Makes the context; its buffers come with the first frame.
    ///
    /// - Throws: `WireError.badCompression` when there is no memory.
    package init() throws(WireError) {
        let code = LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(code) == 0 else {
            throw .badCompression(String(cString: LZ4F_getErrorName(code)))
        }
    }

    deinit { LZ4F_freeDecompressionContext(context) }

    /// Decompresses one whole frame that holds exactly `target.count` bytes, and never writes more.
    ///
    /// - Parameters:
    ///   - frame: the frame and nothing behind it. It has a content checksum and blocks of at most 256 KiB:
    ///     the block size, not the content, decides how much memory the context takes.
    ///   - target: room for exactly what it holds.
    ///   - checksum: whether the content's checksum is looked at; no for a frame that was checked before
    ///     and is guarded by another checksum since.
    /// - Throws: `WireError.badCompression`, with something or nothing written to the target.
    package func decompress(
        _ frame: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawBufferPointer,
        checksum: Bool = true
    ) throws(WireError) {
        try LZ4Decompressor.checkHeader(frame)
        LZ4F_resetDecompressionContext(context)
        var options = LZ4F_decompressOptions_t()
        // The content's checksum is computed here, twice as fast as the library does it.
        options.skipChecksums = 1
        var consumed = 0
        var produced = 0
        while true {
            var read = frame.count - consumed
            var written = target.count - produced
            let rest = frame.baseAddress.map { $0 + consumed }
            let room = target.baseAddress.map { $0 + produced }
            let code = LZ4F_decompress(context, room, &written, rest, &read, &options)
            guard LZ4F_isError(code) == 0 else {
                throw .badCompression(String(cString: LZ4F_getErrorName(code)))
            }
            consumed += read
            produced += written
            if code == 0 { break }
            guard read > 0 || written > 0 else {
                throw .badCompression("it ends early or holds more than announced")
            }
        }
        guard consumed == frame.count else { throw .badCompression("bytes behind the frame") }
        guard produced == target.count else {
            throw .badCompression("\(produced) bytes where \(target.count) were announced")
        }
        guard checksum else { return }
        let sum = frame.loadUnaligned(fromByteOffset: frame.count - 4, as: UInt32.self)
        guard UInt32(littleEndian: sum) == Checksum.xxh32(UnsafeRawBufferPointer(target)) else {
            throw .badCompression("the checksum of its content is wrong")
        }
    }

    /// Refuses what the library would take and the protocol does not: skippable frames, frames without a
    /// content checksum, dictionaries, blocks of 1 and 4 MiB.
    private static func checkHeader(_ frame: UnsafeRawBufferPointer) throws(WireError) {
        guard frame.count >= 7 else { throw .badCompression("it ends inside its header") }
        guard frame.starts(with: [0x04, 0x22, 0x4d, 0x18]) else {
            throw .badCompression("it does not begin with LZ4's magic")
        }
        let (flags, descriptor) = (frame[4], frame[5])
        guard flags & 0x04 != 0 else { throw .badCompression("it has no content checksum") }
        guard flags & 0x01 == 0 else { throw .badCompression("it needs a dictionary") }
        guard descriptor >> 4 & 7 <= 5 else {
            throw .badCompression("its blocks are larger than 256 KiB")
        }
    }
}
