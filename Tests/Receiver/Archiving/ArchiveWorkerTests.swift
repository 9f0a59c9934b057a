import Archive
import Core
import Journal
import Shipping
import Synchronization
import TLS
import TestSupport
import Testing
import Wire

@testable import Receiver

@Suite("The archive follows the journal")
struct ArchiveWorkerTests {
    /// What was answered.
    final class Answer: Sendable {
        let message = Mutex<Message?>(nil)
        var value: Message? { message.withLock { $0 } }

        func comparison(_ claim: DigestClaim) -> ArchiveWorker.Comparison {
            ArchiveWorker.Comparison(claim: claim) { [self] answer in
                message.withLock { $0 = answer }
            }
        }
    }

    private func claim(_ stream: StreamID, _ text: String) -> DigestClaim {
        // One block: the digest over the digest of it.
        DigestClaim(
            stream: stream,
            length: UInt64(text.utf8.count),
            digest: SHA256.digest(of: SHA256.digest(of: Array(text.utf8)).bytes)
        )
    }

    @Test("What is durable in the journal comes into the archive, and survives once it is synced")
    func follows() throws {
        let fixture = try StorageFixture()
        try fixture.add(1, "a", "hello")
        #expect(fixture.text(Samples.stream(1)) == nil)
        fixture.settle()
        #expect(fixture.text(Samples.stream(1)) == "hello")
        #expect(fixture.workshop.archive.appliedSequence == fixture.journal.index.durableSequence)
        var random = SeededRandom(seed: 3)
        let archive = try Archive.open(disk: fixture.disk.crash(using: &random))
        #expect(archive.stream(Samples.stream(1))?.held == 5)
    }

    @Test("A generation that was only begun replaces nothing: the one before may go on")
    func begun() throws {
        let fixture = try StorageFixture()
        try fixture.add(1, "a", "hello")
        func begin(_ generation: Generation) throws {
            let entry = Ledger.Entry.generationBegan(
                Samples.stream(1, generation),
                reason: .truncated,
                modified: Samples.time,
                mode: 0o644
            )
            try fixture.journal([ArchiveRecord.pending(entry, received: Samples.time)])
        }
        func source(_ generation: Generation) throws -> IngestSource {
            fixture.settle()
            return try #require(
                IngestSource(Samples.stream(1, generation), in: fixture.workshop.archive)
            )
        }
        try begin(2)
        try begin(3)
        #expect(try source(1).isLatest && !source(1).isClosed)
        try fixture.append(Samples.stream(1), at: 5, " again")
        #expect(try source(1).held == 11)
        try fixture.append(Samples.stream(1, 3), at: 0, "new")
        #expect(try !source(1).isLatest && source(1).isClosed)
        #expect(try !source(2).isLatest && source(3).isLatest)
    }

    @Test("A turn is bounded and says whether there is more")
    func bounded() throws {
        let fixture = try StorageFixture()
        try fixture.add(1, "a", "hello")
        let first = fixture.worker.turn([], isClosing: false, limit: 2, now: fixture.now)
        #expect(!first.isIdle)
        #expect(first.bytes == 0)
        let second = fixture.worker.turn([], isClosing: false, limit: 2, now: fixture.now)
        #expect(second.bytes == 5)
        let third = fixture.worker.turn([], isClosing: false, limit: 2, now: fixture.now)
        #expect(third.isIdle)
        #expect(third.rest.map { $0 > .zero && $0 <= .seconds(1) } == true)
    }

    @Test("Segments of the journal go only when the archive is synced")
    func release() throws {
        let fixture = try StorageFixture()
        try fixture.add(1, "a", "hello")
        try fixture.journal.roll()
        let before = fixture.disk.files(below: "journal").count
        let turn = fixture.worker.turn([], isClosing: false, now: fixture.now)
        #expect(turn.bytes == 5)
        #expect(fixture.disk.files(below: "journal").count == before)
        fixture.settle()
        #expect(fixture.disk.files(below: "journal").count == before - 1)
    }

    @Test("Closing syncs at once")
    func closing() throws {
        let fixture = try StorageFixture()
        try fixture.add(1, "a", "hello")
        while !fixture.worker.turn([], isClosing: true, now: fixture.now).isIdle {}
        #expect(fixture.workshop.archive.appliedSequence == fixture.journal.index.durableSequence)
    }

    @Test("After a failed sync the archive is opened anew and the journal is replayed")
    func failedSync() throws {
        let fixture = try StorageFixture()
        try fixture.add(1, "a", "hello")
        try fixture.journal.roll()
        let segments = fixture.disk.files(below: "journal").count
        while !fixture.worker.turn([], isClosing: false, now: fixture.now).isIdle {}
        let before = ObjectIdentifier(fixture.workshop.archive)
        fixture.disk.failNext(.synchronize, errno: SimulatedDiskErrno.inputOutput)
        fixture.settle()
        #expect(fixture.worker.failure != nil)
        #expect(fixture.disk.files(below: "journal").count == segments)
        fixture.settle()
        #expect(fixture.worker.failure == nil)
        #expect(ObjectIdentifier(fixture.workshop.archive) != before)
        #expect(fixture.disk.files(below: "journal").count == segments - 1)
        var random = SeededRandom(seed: 4)
        let disk = fixture.disk.crash(using: &random)
        #expect(try Archive.open(disk: disk).stream(Samples.stream(1))?.held == 5)
        #expect(disk.contents(Archive.objectPath(Samples.stream(1))) == Array("hello".utf8))
    }

    @Test("A record that cannot be written is tried again, and nothing behind it goes first")
    func fullDisk() throws {
        let fixture = try StorageFixture()
        try fixture.add(1, "a", String(repeating: "x", count: 1000))
        try fixture.append(Samples.stream(1), at: 1000, "end")
        fixture.disk.setCapacity(fixture.disk.usedBytes + 10)
        let turn = fixture.settle()
        #expect(turn.isIdle)
        #expect(turn.rest == .seconds(1))
        #expect(fixture.worker.failure != nil)
        #expect(fixture.workshop.archive.stream(Samples.stream(1))?.held ?? 0 == 0)
        fixture.disk.setCapacity(nil)
        fixture.settle()
        #expect(fixture.worker.failure == nil)
        #expect(fixture.workshop.archive.stream(Samples.stream(1))?.held == 1003)
    }

    @Test("A digest is compared after everything that was durable is applied")
    func verified() throws {
        let fixture = try StorageFixture()
        try fixture.add(1, "a", "hello")
        let answer = Answer()
        let claim = claim(Samples.stream(1), "hello")
        fixture.settle([answer.comparison(claim)])
        #expect(answer.value == .verified(claim))
        #expect(fixture.workshop.archive.stream(Samples.stream(1))?.verifiedLength == 5)
    }

    @Test("Bytes that differ, and bytes that are missing, are a mismatch that says what is held")
    func mismatch() throws {
        let fixture = try StorageFixture()
        try fixture.add(1, "a", "hello")
        let other = Answer()
        let longer = Answer()
        fixture.settle([
            other.comparison(claim(Samples.stream(1), "jello")),
            longer.comparison(claim(Samples.stream(1), "hello world")),
        ])
        #expect(other.value == .mismatch(claim(Samples.stream(1), "hello")))
        #expect(longer.value == .mismatch(claim(Samples.stream(1), "hello")))
        #expect(fixture.workshop.archive.stream(Samples.stream(1))?.verifiedLength == nil)
    }

    @Test("A stream that the archive lacks is refused")
    func unknown() throws {
        let fixture = try StorageFixture()
        let answer = Answer()
        fixture.settle([answer.comparison(claim(Samples.stream(9), ""))])
        guard case .refused(let refusal)? = answer.value else {
            Issue.record("answered with \(String(describing: answer.value))")
            return
        }
        #expect(refusal.code == .unknownStream)
    }

    @Test("An object that cannot be read is no mismatch")
    func unreadable() throws {
        let fixture = try StorageFixture()
        try fixture.add(1, "a", "hello")
        fixture.settle()
        fixture.disk.makeUnreadable(Archive.objectPath(Samples.stream(1)), 0..<5)
        let answer = Answer()
        fixture.settle([answer.comparison(claim(Samples.stream(1), "hello"))])
        guard case .refused(let refusal)? = answer.value else {
            Issue.record("answered with \(String(describing: answer.value))")
            return
        }
        #expect(refusal.code == .notNow)
    }
}
