/// Why bytes from a peer were refused; a connection does not survive one.
package enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The message ends before its last field.
    case truncated
    /// The frame does not begin with this protocol's magic: not Tailship, or the stream is damaged.
    case badMagic
    case badHeaderChecksum
    case unknownType(UInt8)
    case payloadTooLarge(length: Int, limit: Int)
    case malformed(String)
    /// The LZ4 frame is damaged, or longer or shorter than announced.
    case badCompression(String)

    package var description: String {
        switch self {
        case .truncated: "a message ends before its last field"
        case .badMagic: "a frame does not begin with Tailship's magic"
        case .badHeaderChecksum: "the checksum of a frame header is wrong"
        case .unknownType(let type): "a frame of the unknown type \(type)"
        case .payloadTooLarge(let length, let limit):
            "a payload of \(length) bytes, at most \(limit) are taken here"
        case .malformed(let what): "malformed message: \(what)"
        case .badCompression(let what): "damaged LZ4 frame: \(what)"
        }
    }
}
