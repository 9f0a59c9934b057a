import CLZ4

/// Makes LZ4 frames (the standard `lz4frame` format: block size 256 KiB, content size, content checksum).
package enum LZ4 {
    /// Bytes that the frame of `count` bytes takes at most.
    package static func bound(_ count: Int) -> Int {
        var preferences = preferences(contentSize: count)
        return LZ4F_compressFrameBound(count, &preferences)
    }

    /// Appends the frame of `source` to `target`.
    package static func compress(
        _ source: UnsafeRawBufferPointer, appendingTo target: inout [UInt8]
    ) throws(WireError) {
        var preferences = preferences(contentSize: source.count)
        let bound = LZ4F_compressFrameBound(source.count, &preferences)
        let prefix = target
        var failure: String?
        // One allocation of the final size: the table is short, the frame is not.
        target = [UInt8](unsafeUninitializedCapacity: prefix.count + bound) { buffer, count in
            _ = buffer.initialize(from: prefix)
            let room = UnsafeMutableRawBufferPointer(
                rebasing: UnsafeMutableRawBufferPointer(buffer)[prefix.count...])
            let written = LZ4F_compressFrame(
                room.baseAddress, room.count, source.baseAddress, source.count, &preferences)
            if LZ4F_isError(written) != 0 {
                failure = String(cString: LZ4F_getErrorName(written))
                count = prefix.count
            } else {
                count = prefix.count + written
            }
        }
        if let failure { throw .badCompression(failure) }
    }

    private static func preferences(contentSize: Int) -> LZ4F_preferences_t {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.blockSizeID = LZ4F_max256KB
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
        preferences.frameInfo.contentSize = UInt64(contentSize)
        return preferences
    }
}

/// Reads LZ4 frames; one context is used again and again.
///
/// Not Sendable: it belongs to one thread.
package final class LZ4Decompressor {
    private var context: OpaquePointer?

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
    ///   - frame: the frame and nothing behind it.
    ///   - target: room for exactly what it holds.
    ///   - checksum: whether the content's checksum is looked at; no for a frame that was checked before
    ///     and is guarded by another checksum since.
    /// - Throws: `.badCompression`.
    package func decompress(
        _ frame: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer,
        checksum: Bool = true
    ) throws(WireError) {
        LZ4F_resetDecompressionContext(context)
        var options = LZ4F_decompressOptions_t()
        options.skipChecksums = checksum ? 0 : 1
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
    }
}
