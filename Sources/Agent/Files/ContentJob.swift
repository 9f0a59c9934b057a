import Core
import Platform
import SQL
import TLS
import Tailing

/// Reading a file against the hashes of a stream, a step at a time.
final class ContentJob {
    /// What the answer is for.
    enum Purpose {
        /// The file was touched: is it still what was read?
        case touch
        /// The file shows under another path of a source: is it the stream?
        case rename(WatchedSource, BytePath)
        /// Another file shows at the stream's path: does it go on where the stream was?
        case replacement(WatchedSource)
        /// The finished file is read a second time, and as far as a receiver holds it: the hashes are
        /// behind that after the loss of the state folder.
        case confirmation(to: UInt64)
        /// As much for a file that goes on growing.
        case catchUp(to: UInt64)
    }

    let record: StreamRecord
    let purpose: Purpose
    let file: any DiskFile
    /// The file when the job began; a later change is found by a later look.
    let seen: Sighting
    let began: WallTime
    /// Whether the file was looked at again meanwhile.
    var lookAgain = false
    /// Bytes that were found to agree, and those that were hashed behind them.
    private(set) var offset: UInt64 = 0
    private let checksum = RunningChecksum()
    /// What the wire will compare; only a confirmation needs it.
    private var content: SHA256Tree?
    private var frontier: Frontier?

    init(
        _ record: StreamRecord,
        for purpose: Purpose,
        _ file: any DiskFile,
        seen: Sighting,
        began: WallTime
    ) {
        self.record = record
        self.purpose = purpose
        self.file = file
        self.seen = seen
        self.began = began
        content = if case .confirmation = purpose { SHA256Tree() } else { nil }
    }

    /// Whether no byte waits for the answer to be shipped.
    var isConfirmation: Bool {
        if case .confirmation = purpose { true } else { false }
    }

    /// The digest of a confirmation that agreed.
    func digest() -> Digest? { content?.finish() }

    /// The path that shows the file, when it is not the stream's own.
    var path: BytePath? {
        guard case .rename(_, let path) = purpose else { return nil }
        return path
    }

    /// The source of that path.
    var source: WatchedSource? {
        guard case .rename(let source, _) = purpose else { return nil }
        return source
    }

    /// Reads about `budget` bytes; nil while the answer is open.
    func step(
        _ budget: Int,
        _ scratch: UnsafeMutableRawBufferPointer,
        _ store: CheckpointStore
    ) throws(SQLError) -> BlockAnswer? {
        var budget = budget
        while offset < end {
            guard budget > 0 else { return nil }
            let limit = offset < record.hashedLength ? record.hashedLength : end
            let room = min(
                UInt64(min(scratch.count, budget)),
                limit - offset,
                Blocks.rest(at: offset)
            )
            let part = UnsafeMutableRawBufferPointer(rebasing: scratch[..<Int(room)])
            let count: Int
            do throws(SystemError) {
                count = try file.read(into: part, at: offset)
            } catch {
                return .failed(error)
            }
            guard count > 0 else { return .differs }
            budget -= count
            let bytes = UnsafeRawBufferPointer(rebasing: part[..<count])
            content?.update(bytes)
            guard try takeIn(bytes, store) else { return .differs }
        }
        return .agrees
    }

    /// Where the job ends when everything agrees.
    private var end: UInt64 {
        switch purpose {
        case .touch, .rename, .replacement: record.hashedLength
        case .confirmation(let target), .catchUp(let target): max(target, record.hashedLength)
        }
    }

    private func takeIn(
        _ bytes: UnsafeRawBufferPointer,
        _ store: CheckpointStore
    ) throws(SQLError) -> Bool {
        guard offset < record.hashedLength else {
            let frontier =
                frontier ?? Frontier(record.number, length: record.hashedLength, checksum: checksum)
            self.frontier = frontier
            try frontier.append(bytes, to: store)
            offset += UInt64(bytes.count)
            return true
        }
        checksum.update(bytes)
        let index = Blocks.index(of: offset)
        offset += UInt64(bytes.count)
        let isWhole = offset.isMultiple(of: Blocks.size)
        guard isWhole || offset == record.hashedLength else { return true }
        guard try store.block(record.number, index) == checksum.value else { return false }
        // The last, partial block is what hashing goes on from.
        if isWhole { checksum.reset() }
        return true
    }
}
