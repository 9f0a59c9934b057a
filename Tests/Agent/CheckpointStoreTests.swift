import Agent
import Core
import Platform
import SQL
import Tailing
import Testing

@Suite("Checkpoints")
struct CheckpointStoreTests {
    static let now = WallTime(nanoseconds: 1_000_000_000_000_000_000)

    /// A folder of its own on the real disk, with a database in it.
    final class Folder {
        let disk: LinuxDisk
        let path: BytePath

        init() throws {
            let name = BytePath("/tmp/tailship-checkpoints-\(UInt64.random(in: 0 ... .max))")
            disk = try LinuxDisk(root: "/", links: .follow)
            try disk.makeDirectories(name)
            path = name
        }

        deinit {
            for entry in (try? disk.list(path)) ?? [] {
                try? disk.remove(path.appending(entry.name))
            }
            try? disk.removeDirectory(path)
        }

        var database: BytePath { path.appending("checkpoints.db") }
        func names() throws -> [String] { try disk.list(path).map { $0.name.description }.sorted() }

        func write(_ bytes: [UInt8]) throws {
            let file = try disk.open(database, .create)
            try file.truncate(to: 0)
            try bytes.withUnsafeBytes { try file.write($0, at: 0) }
        }

        func open() throws(OperatorError) -> CheckpointStore.Opened {
            try CheckpointStore.open(database, on: disk, at: CheckpointStoreTests.now)
        }
    }

    static func record(_ number: StreamNumber, size: UInt64 = 100) -> StreamRecord {
        StreamRecord(
            number: number,
            source: "s",
            path: BytePath("f\(number).jsonl"),
            seen: Sighting(
                key: FileKey(device: 1, inode: UInt64(number)),
                size: size,
                modified: now + .seconds(-Int(1000 - number)),
                changed: now
            ),
            at: now
        )
    }

    static func store(receivers: [String] = ["prod"]) throws -> CheckpointStore {
        let store = try CheckpointStore(try Connection(path: ":memory:"))
        try store.configure(sources: ["s"], receivers: receivers.map { ($0, true) })
        return store
    }

    static func remote(_ number: UInt64) throws -> StreamID {
        StreamID(file: try #require(FileID(number)), generation: 1)
    }

    @Test("What was flushed is there again, what was not is not")
    func restart() throws {
        let folder = try Folder()
        do {
            let store = try folder.open().store
            try store.configure(sources: ["s"], receivers: [("prod", true)])
            try store.insert(CheckpointStoreTests.record(1), at: CheckpointStoreTests.now)
            try store.flush()
            try store.insert(CheckpointStoreTests.record(2), at: CheckpointStoreTests.now)
            store.discard()
        }
        let opened = try folder.open()
        try opened.store.configure(sources: ["s"], receivers: [("prod", true)])
        #expect(opened.notice == nil)
        #expect(try opened.store.stream(1) == CheckpointStoreTests.record(1))
        #expect(try opened.store.stream(2) == nil)
    }

    enum Damage: CaseIterable {
        case empty
        case zeros
        case text
        case torn
        case zeroPages
    }

    @Test(
        "State file empty, torn, or full of NULs: it is set aside and a fresh one is made",
        arguments: Damage.allCases
    )
    func unusable(damage: Damage) throws {
        let folder = try Folder()
        var bytes: [UInt8]
        do {
            let store = try folder.open().store
            try store.configure(sources: ["s"], receivers: [("prod", true)])
            for number in 1...500 as ClosedRange<StreamNumber> {
                try store.insert(CheckpointStoreTests.record(number), at: CheckpointStoreTests.now)
            }
            try store.flush()
        }
        bytes = try Connection(path: folder.database, mode: .readOnly).serialize()
        switch damage {
        case .empty: bytes = []
        case .zeros: bytes = [UInt8](repeating: 0, count: bytes.count)
        case .text: bytes = Array("offset=12\n".utf8)
        case .torn: bytes = Array(bytes.prefix(bytes.count / 2))
        case .zeroPages: bytes.replaceSubrange(8192..<40_960, with: repeatElement(0, count: 32_768))
        }
        try folder.write(bytes)
        let opened = try folder.open()
        let notice = try #require(opened.notice)
        #expect(notice.contains("checkpoints.db.unusable-1000000000"))
        #expect(try folder.names().contains("checkpoints.db.unusable-1000000000"))
        #expect(try opened.store.totals().streams == 0)
    }

    @Test("A newer schema is refused with the way out, and not touched")
    func newer() throws {
        let folder = try Folder()
        do {
            let connection = try Connection(path: folder.database)
            try connection.setUserVersion(99)
        }
        let error = #expect(throws: OperatorError.self) { try folder.open() }
        #expect(error?.message.contains("99") == true)
        #expect(error?.remedy?.contains("newer agent") == true)
        #expect(try folder.names().contains("checkpoints.db"))
    }

    @Test("History comes in pages, newest first, and what is acknowledged leaves it")
    func due() throws {
        let store = try CheckpointStoreTests.store()
        let receiver = try #require(try store.receiver("prod"))
        for number in 1...9 as ClosedRange<StreamNumber> {
            try store.insert(CheckpointStoreTests.record(number), at: CheckpointStoreTests.now)
        }
        let first = try store.due(receiver, after: nil, limit: 4)
        #expect(first.map(\.stream) == [9, 8, 7, 6])
        #expect(
            try store.due(receiver, after: first.last, limit: 9).map(\.stream) == [5, 4, 3, 2, 1]
        )
        try store.opened(
            receiver,
            9,
            as: try CheckpointStoreTests.remote(9),
            at: .start,
            revision: 0
        )
        try store.acknowledge(receiver, 9, ReadPosition(offset: 40, check: 7))
        #expect(try store.totals(receiver).bytes == 860)
        try store.acknowledge(receiver, 9, ReadPosition(offset: 100, check: 8))
        try store.acknowledge(receiver, 9, ReadPosition(offset: 40, check: 7))
        #expect(try store.cursor(receiver, 9)?.acked.offset == 100)
        #expect(try store.due(receiver, after: nil, limit: 9).count == 8)
    }

    @Test("An empty file is due until it is opened")
    func empty() throws {
        let store = try CheckpointStoreTests.store()
        let receiver = try #require(try store.receiver("prod"))
        try store.insert(CheckpointStoreTests.record(1, size: 0), at: CheckpointStoreTests.now)
        #expect(try store.due(receiver, after: nil, limit: 9).count == 1)
        try store.opened(
            receiver,
            1,
            as: try CheckpointStoreTests.remote(1),
            at: .start,
            revision: 0
        )
        #expect(try store.due(receiver, after: nil, limit: 9).isEmpty)
    }

    @Test(
        "Each receiver has its own cursor; a new one is due everything, a removed one leaves nothing"
    )
    func receivers() throws {
        let store = try CheckpointStoreTests.store(receivers: ["prod", "dev"])
        let prod = try #require(try store.receiver("prod"))
        let dev = try #require(try store.receiver("dev"))
        try store.insert(CheckpointStoreTests.record(1), at: CheckpointStoreTests.now)
        try store.opened(
            prod,
            1,
            as: try CheckpointStoreTests.remote(5),
            at: ReadPosition(offset: 100, check: 1),
            revision: 0
        )
        #expect(try store.due(prod, after: nil, limit: 9).isEmpty)
        #expect(try store.due(dev, after: nil, limit: 9).count == 1)
        try store.configure(sources: ["s"], receivers: [("prod", true), ("new", true)])
        let new = try #require(try store.receiver("new"))
        #expect(try store.due(new, after: nil, limit: 9).count == 1)
        #expect(try store.receiver("dev") == nil)
        #expect(try store.cursor(dev, 1) == nil)
        #expect(try store.cursor(prod, remote: CheckpointStoreTests.remote(5))?.stream == 1)
    }

    @Test("Streams of a source that is not configured now are not due, and are when it is again")
    func sources() throws {
        let store = try CheckpointStoreTests.store()
        let receiver = try #require(try store.receiver("prod"))
        try store.insert(CheckpointStoreTests.record(1), at: CheckpointStoreTests.now)
        try store.configure(sources: ["other"], receivers: [("prod", true)])
        #expect(try store.due(receiver, after: nil, limit: 9).isEmpty)
        try store.configure(sources: ["s", "other"], receivers: [("prod", true)])
        #expect(try store.due(receiver, after: nil, limit: 9).count == 1)
    }

    @Test("Verified streams are closed, and open again when they grow")
    func closing() throws {
        let store = try CheckpointStoreTests.store()
        let receiver = try #require(try store.receiver("prod"))
        var record = CheckpointStoreTests.record(1)
        try store.insert(record, at: CheckpointStoreTests.now)
        try store.opened(
            receiver,
            1,
            as: try CheckpointStoreTests.remote(3),
            at: ReadPosition(offset: 100, check: 1),
            revision: 0
        )
        func open() throws -> Int {
            var count = 0
            try store.eachOpenPosition(receiver) { _, offset in count += offset == 100 ? 1 : 99 }
            return count
        }
        #expect(try open() == 1)
        let waiting = try store.unverified(
            receiver,
            idleSince: CheckpointStoreTests.now,
            after: nil,
            limit: 9
        )
        #expect(waiting.map(\.stream) == [1])
        try store.verified(receiver, 1, closing: true)
        #expect(try open() == 0)
        #expect(try store.firstUnverified(receiver, after: nil) == nil)
        record.seen.size = 101
        try store.update(record, at: CheckpointStoreTests.now)
        #expect(try open() == 1)
        #expect(try store.cursor(receiver, 1)?.isVerified == false)
    }

    @Test("A nonce is durable at once")
    func nonce() throws {
        let folder = try Folder()
        let nonce = Nonce(high: 1, low: 0xffff_0000_1234_5678)
        do {
            let store = try folder.open().store
            try store.configure(sources: [], receivers: [("prod", true)])
            let receiver = try #require(try store.receiver("prod"))
            #expect(try store.nonce(receiver) == .none)
            try store.setNonce(nonce, receiver)
            store.discard()
        }
        let store = try folder.open().store
        #expect(try store.nonce(try #require(try store.receiver("prod"))) == nonce)
    }
}
