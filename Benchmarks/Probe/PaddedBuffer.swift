import Core
import Platform
import Transcripts

/// Bytes of a file with room for the parser behind them; it grows and stays as large as it was.
final class PaddedBuffer {
    private(set) var bytes: UnsafeMutableRawBufferPointer

    init(_ count: Int) {
        bytes = .allocate(byteCount: count + JSONParser.padding, alignment: 64)
    }

    deinit { bytes.deallocate() }

    var room: Int { bytes.count - JSONParser.padding }

    /// What is there is lost.
    func grow(to count: Int) {
        guard count > room else { return }
        bytes.deallocate()
        bytes = .allocate(byteCount: count + JSONParser.padding, alignment: 64)
    }

    /// Reads at most `count` bytes from `offset` on.
    func fill(
        _ file: any DiskFile,
        from offset: UInt64,
        count: Int
    ) throws(OperatorError) -> UnsafeRawBufferPointer {
        try OperatorError.system(.fileSystem, "read a session") { () throws(SystemError) in
            let wanted = min(room, count)
            var filled = 0
            while filled < wanted {
                let part = UnsafeMutableRawBufferPointer(rebasing: bytes[filled..<wanted])
                let more = try file.read(into: part, at: offset + UInt64(filled))
                guard more > 0 else { break }
                filled += more
            }
            return UnsafeRawBufferPointer(rebasing: bytes[..<filled])
        }
    }
}
