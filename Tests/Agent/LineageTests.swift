import Core
import SQL
import Tailing
import Testing

@testable import Agent

/// Which streams are generations of one file at a receiver.
@Suite("Lineages")
struct LineageTests {
    private static let now = CheckpointStoreTests.now

    /// A store with a stream that was replaced by another; the first is opened as generation 1 of a file.
    private struct Bench {
        let store: CheckpointStore
        let receiver: ReceiverNumber
        let file: FileID
        var first: StreamRecord
        var second: StreamRecord

        init() throws {
            store = try CheckpointStoreTests.store()
            receiver = try #require(try store.receiver("prod"))
            file = try #require(FileID(9))
            first = CheckpointStoreTests.record(1)
            first.retire(.replaced, at: LineageTests.now)
            second = CheckpointStoreTests.record(2)
            second.previous = 1
            try store.insert(first, at: LineageTests.now)
            try store.insert(second, at: LineageTests.now)
            try open(1, as: 1)
        }

        func open(_ stream: StreamNumber, as generation: Generation) throws {
            try store.opened(
                receiver,
                stream,
                as: StreamID(file: file, generation: generation),
                at: ReadPosition(offset: 50, check: 1),
                revision: 0
            )
        }

        func remote(_ stream: StreamNumber) throws -> StreamID? {
            try store.cursor(receiver, stream)?.remote
        }

        /// A path shows the first stream again.
        mutating func revive() throws {
            first.move(to: "elsewhere.jsonl")
            try store.update(first, at: LineageTests.now)
        }
    }

    @Test("A stream follows the one that it replaced")
    func follows() throws {
        let bench = try Bench()
        let before = StreamID(file: bench.file, generation: 1)
        #expect(try bench.store.predecessor(bench.receiver, of: bench.second) == .opened(before))
        #expect(try !bench.store.knowsLater(bench.receiver, than: before))
        try bench.open(2, as: 2)
        #expect(try bench.store.knowsLater(bench.receiver, than: before))
    }

    @Test("Nothing follows a file that a path shows again")
    func precedesNothing() throws {
        var bench = try Bench()
        try bench.revive()
        #expect(try bench.store.predecessor(bench.receiver, of: bench.second) == .none)
    }

    @Test("A file that a path shows again leaves its successor the file id")
    func revived() throws {
        var bench = try Bench()
        try bench.store.revive(1)
        #expect(try bench.remote(1) != nil, "nothing has followed it yet")
        try bench.open(2, as: 2)
        try bench.revive()
        try bench.store.revive(1)
        #expect(try bench.remote(1) == nil)
        #expect(try bench.store.cursor(bench.receiver, 1)?.isDue == true)
        #expect(try bench.remote(2)?.generation == 2)
    }

    @Test("A generation that begins leaves out earlier ones that a path shows again, and no others")
    func separated() throws {
        var bench = try Bench()
        try bench.open(2, as: 2)
        let remote = StreamID(file: bench.file, generation: 2)
        #expect(try bench.store.separate(bench.receiver, before: remote) == [])
        try bench.revive()
        #expect(try bench.store.separate(bench.receiver, before: remote) == [1])
        #expect(try bench.remote(1) == nil)
    }

    @Test("A file that the receiver lacks is forgotten with all generations")
    func forgotten() throws {
        let bench = try Bench()
        try bench.open(2, as: 2)
        #expect(try bench.store.isClaimed(bench.receiver, bench.file, besides: 1))
        try bench.store.forget(bench.receiver, bench.file)
        #expect(try bench.remote(1) == nil && bench.remote(2) == nil)
        #expect(try bench.store.cursor(bench.receiver, 2)?.acked == .start)
        #expect(try !bench.store.isClaimed(bench.receiver, bench.file, besides: 1))
    }

    @Test("An ack that comes late does not move a stream that is to be opened anew")
    func lateAck() throws {
        let bench = try Bench()
        try bench.store.forget(bench.receiver, bench.file)
        try bench.store.acknowledge(bench.receiver, 1, ReadPosition(offset: 80, check: 1))
        #expect(try bench.store.cursor(bench.receiver, 1)?.acked == .start)
    }
}
