import Core

/// Frames out of a byte stream that is cut anywhere.
///
/// Memory is bounded: the payload's room grows with the bytes that have really come, up to `payloadLimit`,
/// which stays small until the peer is known.
package struct FrameDecoder: Sendable {
    /// Bytes of payload that are taken at most; raise it when the peer is welcomed.
    package var payloadLimit: Int

    private var header: [UInt8] = []
    private var frame: Frame?
    private var missing = 0

    package init(payloadLimit: Int = Limits.greetingBytes) {
        self.payloadLimit = payloadLimit
    }

    /// Whether a frame has begun and is not whole yet.
    package var isInsideFrame: Bool { frame != nil || !header.isEmpty }

    /// Takes all of `bytes` and appends each frame that is complete to `frames`, in order.
    package mutating func decode(
        _ bytes: UnsafeRawBufferPointer,
        into frames: inout [Frame]
    ) throws(WireError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            if frame == nil {
                let count = min(Frame.headerSize - header.count, rest.count)
                header.append(contentsOf: rest.prefix(count))
                rest = rest.dropFirst(count)
                guard header.count == Frame.headerSize else { return }
                try beginFrame()
            } else {
                let count = min(missing, rest.count)
                take(UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            if missing == 0, let whole = frame {
                frames.append(whole)
                frame = nil
            }
        }
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) {
        // Reserving the announced length only after a tenth of it has come keeps a header alone from
        // costing megabytes, and still copies next to nothing.
        if let have = frame?.payload.count, have > 0,
            (frame?.payload.capacity ?? 0) < have + missing,
            have >= missing / 8
        {
            frame?.payload.reserveCapacity(have + missing)
        }
        frame?.payload.append(contentsOf: bytes)
        missing -= bytes.count
    }

    private func word(at offset: Int) -> UInt32 {
        header.withUnsafeBytes {
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
    }

    private mutating func beginFrame() throws(WireError) {
        defer { header.removeAll(keepingCapacity: true) }
        guard header.starts(with: Frame.magic), header[2] == Frame.headerVersion else {
            throw .badMagic
        }
        let sum = UInt32(truncatingIfNeeded: Checksum.xxh3(header[..<16]))
        guard sum == word(at: 16) else { throw .badHeaderChecksum }
        guard let type = FrameType(rawValue: header[3]) else { throw .unknownType(header[3]) }
        guard word(at: 4) == 0 else { throw .malformed("flags that this version does not know") }
        let length = Int(word(at: 8))
        guard length <= payloadLimit else {
            throw .payloadTooLarge(length: length, limit: payloadLimit)
        }
        frame = Frame(type, request: word(at: 12))
        missing = length
    }
}
