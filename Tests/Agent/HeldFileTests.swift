import Agent
import Core
import Tailing
import TestSupport
import Testing

/// What the simulation found about held files, stated one by one.
@Suite("Held files")
struct HeldFileTests {
    @Test("A file that lost bytes which were seen but not read is not waited for")
    func shrunkBeforeRead() throws {
        let station = try Workstation()
        try station.append("0123456789", to: "a.jsonl")
        try station.ship()
        try station.disk.append(Array("0123456789".utf8), to: station.path("a.jsonl"))
        try station.event("a.jsonl")
        try station.disk.truncate(station.path("a.jsonl"), to: 10)
        try station.ship()
        #expect(try station.store.due(station.number, after: nil, limit: 10).isEmpty)
    }

    @Test(
        "What is held stays held until it is shipped, though a file with the same bytes replaces it"
    )
    func replacedBeforeShipped() throws {
        let station = try Workstation()
        try station.append("held", to: "a.jsonl")
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: FileKeeper.bufferBytes,
            alignment: 64
        )
        defer { buffer.deallocate() }
        let number = try #require(try station.store.stream("logs", "a.jsonl")?.number)
        _ = try station.keeper.read(number, at: .start, into: buffer, now: station.now)
        try station.disk.append(Array("held and more".utf8), to: station.path("save.tmp"))
        try station.disk.rename(station.path("save.tmp"), to: station.path("a.jsonl"))
        try station.event("a.jsonl")
        try station.disk.rewrite(Array("gone".utf8), in: station.path("a.jsonl"))
        try station.event("a.jsonl")
        try station.settle()
        #expect(station.receiver.contents.values.contains { $0.starts(with: Array("held".utf8)) })
    }

    @Test("A link that a crash forgot is no gone stream's that had its inode once")
    func inodeOfGoneStream() throws {
        let station = try Workstation()
        try station.append("old", to: "a.jsonl")
        try station.ship()
        let old = try #require(try station.store.stream("logs", "a.jsonl"))
        var gone = old
        gone.hold = nil
        gone.retire(.deleted, at: station.now)
        try station.store.update(gone, at: station.now)
        try station.restart(.flushed) {
            try station.disk.rewrite(Array("new".utf8), in: station.path("a.jsonl"))
            try station.disk.remove(station.path("a.jsonl"))
        }
        try station.settle()
        #expect(station.receiver.contents.values.contains(Array("new".utf8)))
    }

    @Test("A stream is the file of its held link, though another file has the inode of old")
    func otherInode() throws {
        let station = try Workstation()
        try station.append("held", to: "a.jsonl")
        try station.disk.remove(station.path("a.jsonl"))
        try station.event("a.jsonl")
        try station.append("other", to: "b.jsonl")
        let other = try #require(try station.store.stream("logs", "b.jsonl"))
        try station.store.remove(other.number)
        let number = try #require(try station.store.streams("logs", at: "a.jsonl").first)
        var held = try #require(try station.store.stream(number))
        held.seen.key = other.seen.key
        try station.store.update(held, at: station.now)
        try station.restart(.flushed)
        #expect(try station.store.stream("logs", "b.jsonl")?.number != number)
        try station.settle()
        let contents = station.receiver.contents.values.map { String(decoding: $0, as: UTF8.self) }
        #expect(contents.sorted() == ["held", "other"])
    }

    @Test("A file that was moved has no successor at its old path")
    func movedNotDeleted() throws {
        let station = try Workstation()
        try station.append("old", to: "a.jsonl")
        let (old, new) = (station.path("a.jsonl"), station.path("a.1.jsonl"))
        try station.disk.rename(old, to: new)
        try station.event("a.jsonl")
        try station.append("new", to: "a.jsonl")
        #expect(try station.store.stream("logs", "a.jsonl")?.previous == nil)
        try station.event("a.1.jsonl")
        #expect(try station.store.totals().streams == 2)
    }

    @Test("A file made again in the place of a deleted one follows what is held of that")
    func recreatedBeforeShipped() throws {
        let station = try Workstation()
        try station.append("old", to: "a.jsonl")
        let old = try #require(try station.store.stream("logs", "a.jsonl")?.number)
        try station.disk.remove(station.path("a.jsonl"))
        try station.event("a.jsonl")
        try station.append("new", to: "a.jsonl")
        let new = try #require(try station.store.stream("logs", "a.jsonl"))
        #expect(new.previous == old)
        #expect(try station.store.predecessor(station.number, of: new) == .mustOpenFirst(old))
    }
}
