import Archive
import Core
import Journal
import Shipping
import TestSupport
import Testing
import Wire

@testable import Receiver

@Suite("A start after a crash")
struct RecoveredStorageTests {
    @Test("What was acknowledged and not yet archived is in the archive", arguments: 1...20)
    func betweenJournalAndArchive(_ seed: UInt64) throws {
        let first = try StorageFixture()
        try first.add(1, "a", "hello")
        first.settle()
        try first.append(Samples.stream(1), at: 5, " world")
        try first.add(2, "b", "second")
        // Some of it has reached the archive's files, none is synced.
        _ = first.worker.turn([], isClosing: false, limit: Int(seed % 5), now: first.now)
        var random = SeededRandom(seed: seed)
        let second = try StorageFixture(first.disk.crash(using: &random))
        #expect(second.text(Samples.stream(1)) == "hello world")
        #expect(second.text(Samples.stream(2)) == "second")
        #expect(second.workshop.archive.appliedSequence == second.journal.index.durableSequence)
        #expect(second.streams == [Samples.stream(1), Samples.stream(2)])
    }

    @Test("The ledger says what the archive holds")
    func ledger() throws {
        let first = try StorageFixture()
        try first.add(1, "a", "hello")
        try first.add(2, "b", "done")
        try first.journal([
            try StorageFixture.batch(
                Samples.stream(2),
                "",
                events: [FileEvent(.closed, Samples.stream(2), value: 4)]
            )
        ])
        try first.journal([
            ArchiveRecord.pending(
                .generationBegan(
                    Samples.stream(1, 3),
                    reason: .rewritten,
                    modified: Samples.time,
                    mode: 0o600
                ),
                received: Samples.time
            )
        ])
        let ledger = try StorageFixture(first.disk.processCrash()).ledger
        #expect(ledger.streams[Samples.stream(1)]?.durable == 5)
        #expect(ledger.streams[Samples.stream(1)]?.isRecorded == true)
        #expect(ledger.streams[Samples.stream(1)]?.isClosed == false)
        #expect(ledger.streams[Samples.stream(2)]?.isClosed == true)
        #expect(ledger.streams[Samples.stream(1, 3)]?.durable == 0)
        #expect(ledger.files[Samples.file(1)]?.latest == 3)
        #expect(ledger.files[Samples.file(1)]?.path == "a")
        #expect(ledger.files[Samples.file(1)]?.agent == Samples.agent)
        #expect(ledger.owns(Samples.agent, Samples.stream(2)))
    }

    @Test("A second start finds nothing to do, and an empty storage is no error")
    func nothing() throws {
        let empty = try StorageFixture()
        #expect(empty.streams.isEmpty)
        try empty.add(1, "a", "hello")
        let second = try StorageFixture(empty.disk.processCrash())
        #expect(second.streams == [Samples.stream(1)])
        let third = try StorageFixture(second.disk.processCrash())
        #expect(third.streams == [Samples.stream(1)])
        #expect(third.text(Samples.stream(1)) == "hello")
    }

    @Test("A start that cannot sync the archive fails with what to do, and the next one succeeds")
    func failure() throws {
        let first = try StorageFixture()
        try first.add(1, "a", "hello")
        let disk = first.disk.processCrash()
        disk.failRandomly(.synchronize, oneIn: 1, errno: SimulatedDiskErrno.inputOutput)
        #expect(throws: OperatorError.self) { try StorageFixture(disk) }
        disk.clearFaults()
        #expect(try StorageFixture(disk).text(Samples.stream(1)) == "hello")
    }
}
