import Agent
import Core
import TLS
import Tailing
import Testing

/// A receiver as the protocol promises it: generations that only ever grow, and an offset that is true.
struct ModelReceiver {
    private(set) var contents: [StreamID: [UInt8]] = [:]
    private(set) var paths: [FileID: BytePath] = [:]
    /// Bytes that were taken in.
    private(set) var taken = 0
    private var lastFile: UInt64 = 0

    var generations: Int { contents.count }

    mutating func newFile(_ path: BytePath) -> StreamID {
        lastFile += 1
        guard let file = FileID(lastFile) else { preconditionFailure("never zero") }
        let id = StreamID(file: file, generation: 1)
        contents[id] = []
        paths[file] = path
        return id
    }

    mutating func nextGeneration(of before: StreamID) -> StreamID {
        let last = contents.keys.filter { $0.file == before.file }.map(\.generation).max() ?? 0
        let id = StreamID(file: before.file, generation: last + 1)
        contents[id] = []
        return id
    }

    /// The newest generation of the newest file at the path.
    func latest(at path: BytePath) -> StreamID? {
        guard let file = paths.filter({ $0.value == path }).keys.max() else { return nil }
        return contents.keys.filter { $0.file == file }.max()
    }

    mutating func rename(_ id: StreamID, to path: BytePath) { paths[id.file] = path }

    /// Takes in a chunk, which must follow what is held.
    mutating func take(_ id: StreamID, at offset: UInt64, _ bytes: UnsafeRawBufferPointer) {
        #expect(UInt64(contents[id]?.count ?? 0) == offset, "a chunk beside the held offset")
        contents[id, default: []].append(contentsOf: bytes)
        taken += bytes.count
    }

    func length(_ id: StreamID) -> UInt64 { UInt64(contents[id]?.count ?? 0) }

    func position(_ id: StreamID) -> ReadPosition {
        (contents[id] ?? []).withUnsafeBytes {
            ReadPosition(offset: UInt64($0.count), endOf: $0)
        }
    }

    func digest(_ id: StreamID) -> Digest {
        var content = SHA256Tree()
        (contents[id] ?? []).withUnsafeBytes { content.update($0) }
        return content.finish()
    }
}
