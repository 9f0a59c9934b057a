import Agent
import Core
import TLS
import Tailing
import TestSupport
import Testing

@Suite("The second read of a file")
struct ConfirmationTests {
    @Test("It makes the digest, and finds what no size and no time tells")
    func confirmation() throws {
        let station = try Workstation()
        var bytes = FileKeeperTests.text(2_500_000)
        try station.append(bytes, to: "a.jsonl")
        try station.ship()
        let first = try #require(try station.store.stream("logs", "a.jsonl"))
        #expect(try station.keeper.digest(first.number) == nil)
        // Within the tick of the last write, so that the times stay the same.
        bytes[1_200_000] ^= 1
        try station.disk.rewrite([bytes[1_200_000]], in: station.path("a.jsonl"), at: 1_200_000)
        try station.settle()
        let last = try #require(try station.store.stream("logs", "a.jsonl"))
        #expect(last.number != first.number)
        var expected = SHA256Tree()
        bytes.withUnsafeBytes { expected.update($0) }
        let found = try #require(try station.keeper.digest(last.number))
        #expect(found.length == 2_500_000 && found.digest == expected.finish())
    }

    @Test("A digest is void as soon as more is read")
    func digestGrows() throws {
        let station = try Workstation()
        try station.append("one\n", to: "a.jsonl")
        try station.settle()
        let record = try #require(try station.store.stream("logs", "a.jsonl"))
        #expect(try station.keeper.digest(record.number)?.length == 4)
        try station.append("two\n", to: "a.jsonl")
        try station.ship()
        #expect(try station.keeper.digest(record.number) == nil)
        try station.settle()
        #expect(try station.keeper.digest(record.number)?.length == 8)
    }
}
