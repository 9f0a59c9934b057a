import Core
import Transcripts

/// The bytes of a stream that wait to be read: what came last behind what is left of before.
final class ReadBuffer {
    /// Bytes that are read at a time, at first.
    static let usualPiece = 512 << 10
    /// What the longest document takes.
    private static let limit = 2 * TranscriptReader.documentLimit

    private let piece: Int
    private var memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    /// `piece`: bytes that are read at a time, at first.
    init(piece: Int = ReadBuffer.usualPiece) {
        self.piece = piece
        memory = .allocate(byteCount: piece + JSONParser.padding, alignment: 64)
    }

    deinit { memory.deallocate() }

    private var capacity: Int { memory.count - JSONParser.padding }

    /// What is there; as many bytes as a JSON parser needs can be read behind it.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    /// Reads until it is full or there is no more; true for the latter.
    func fill(from content: some ContentSource) throws(OperatorError) -> Bool {
        while count < capacity {
            let room = UnsafeMutableRawBufferPointer(rebasing: memory[count..<capacity])
            let more = try content.read(into: room)
            guard more > 0 else { return true }
            count += more
        }
        return false
    }

    /// Lets the first bytes go.
    func drop(_ first: Int) {
        let rest = UnsafeRawBufferPointer(rebasing: memory[first..<count])
        UnsafeMutableRawBufferPointer(rebasing: memory[..<rest.count]).copyMemory(from: rest)
        count = rest.count
    }

    /// Makes room for as much again; false beyond what the longest document takes.
    func grow() -> Bool {
        guard memory.count <= ReadBuffer.limit else { return false }
        resize(2 * capacity)
        return true
    }

    /// Empties it, and gives back what it took for a long record.
    func reset() {
        count = 0
        if capacity > piece { resize(piece) }
    }

    private func resize(_ capacity: Int) {
        let former = memory
        memory = .allocate(byteCount: capacity + JSONParser.padding, alignment: 64)
        memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: former[..<count]))
        former.deallocate()
    }
}
