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
