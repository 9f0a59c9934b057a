import Core

/// What a frame carries; the raw values are the protocol's.
package enum FrameType: UInt8, Sendable, CaseIterable {
    case hello = 1
    case welcome = 2
    case list = 3
    case positions = 4
    case open = 5
    case resume = 6
    case refused = 7
    case batch = 8
    case ack = 9
    case window = 10
    case digest = 11
    case verified = 12
    case mismatch = 13
    case ping = 14
    case pong = 15
    case renew = 16
    case certificate = 17
    case join = 18
    case joined = 19
    case error = 20
}

/// One frame of the wire: a fixed header, then the payload.
///
/// ```
/// offset size
///      0    2  magic     "TS"
///      2    1  version   1, of this header only; the protocol's is negotiated in hello
///      3    1  type      FrameType
///      4    2  flags     0; others are refused
///      6    2  reserved  0
///      8    4  length    bytes of the payload
///     12    4  request   the sender's number of a request, or the number that is answered
///     16    4  checksum  low 32 bits of XXH3-64 over the 16 bytes before
/// ```
/// All integers are little-endian.
package struct Frame: Hashable, Sendable {
    package var type: FrameType
    package var request: UInt32
    package var payload: [UInt8]

    package init(_ type: FrameType, request: UInt32 = 0, payload: [UInt8] = []) {
        self.type = type
        self.request = request
        self.payload = payload
    }

    /// Bytes of the header.
    package static let headerSize = 20

    static let magic: [UInt8] = Array("TS".utf8)
    static let headerVersion: UInt8 = 1

    /// The header that stands before `length` bytes of payload.
    package static func header(_ type: FrameType, request: UInt32, length: Int) -> [UInt8] {
        var writer = ByteWriter(reserving: headerSize)
        writer.raw(magic)
        writer.integer(headerVersion)
        writer.integer(type.rawValue)
        writer.integer(UInt32(0))
        writer.integer(UInt32(length))
        writer.integer(request)
        writer.integer(UInt32(truncatingIfNeeded: Checksum.xxh3(writer.bytes)))
        return writer.bytes
    }

    /// Header and payload in one array.
    package var encoded: [UInt8] {
        Frame.header(type, request: request, length: payload.count) + payload
    }
}
