import Core

/// What is remembered of a compressed file beside its reader's state: `FilePosition.state` begins with it.
///
/// As bytes: the version 1, the fault told (`Fault`), `frameContent` and `next` (8 bytes each, little-endian), then
/// the reader's state.
struct CompressedState: Equatable {
    /// What was told of the file's frames.
    enum Fault: UInt8 {
        case none
        case cutOff
        case damaged
    }

    private static let version: UInt8 = 1

    var fault = Fault.none
    /// Offset in the content at which the frame at `parsedOffset` begins.
    var frameContent: UInt64 = 0
    /// Offset in the content at which the reader goes on.
    var next: UInt64 = 0
    var reader: [UInt8] = []

    init() {}

    /// Nil for what is none.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 18, bytes[0] == CompressedState.version,
            let fault = Fault(rawValue: bytes[1])
        else { return nil }
        func number(_ start: Int) -> UInt64 {
            bytes[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        self.fault = fault
        frameContent = number(2)
        next = number(10)
        reader = Array(bytes[18...])
    }

    var bytes: [UInt8] {
        var bytes = [CompressedState.version, fault.rawValue]
        for number in [frameContent, next] {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes + reader
    }
}
