import Core
import Journal
import Platform
import Shipping
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Receiver

@Suite("The thread that writes the journal")
struct JournalWriterTests {
    /// What the writer told.
    final class Told: Sendable {
        let acks = Mutex<[[ConnectionKey: UInt32]]>([])
        let failures = Mutex<[String]>([])
        let recoveries = Mutex(0)

        var outcomes: JournalWriter.Outcomes {
            JournalWriter.Outcomes(
                durable: { acks in self.acks.withLock { $0.append(acks) } },
                failed: { error in self.failures.withLock { $0.append(error.message) } },
                recovered: { self.recoveries.withLock { $0 += 1 } }
            )
        }

        var highest: [ConnectionKey: UInt32] {
            acks.withLock { $0.reduce(into: [:]) { $0.merge($1) { max($0, $1) } } }
        }
    }

    private let disk: SimulatedDisk
    private let journal: Journal
    private let queue = JournalQueue(Ledger())
    private let told = Told()

    init() throws {
        disk = SimulatedDisk()
        (journal, _) = try Journal.open(disk: disk, segmentBytes: 1 << 20)
    }

    private func key(_ number: UInt64) -> ConnectionKey { ConnectionKey(loop: 0, number: number) }

    /// Queues a batch of one connection without asking the ledger.
    private func add(_ number: UInt64, _ request: UInt32, _ text: String = "text") throws {
        let payload = try Samples.batch(Samples.stream(number), text)
        let decided = queue.decide(key(number), epoch: queue.epoch, at: Samples.time) { _ in
            [.recordBatch(payload: payload, batch: Batch(), request: request)]
        }
        try #require(decided != nil)
    }

    /// Runs the writer until it has told what `isDone` waits for, then ends it.
    private func run(until isDone: () -> Bool) async throws {
        let writer = JournalWriter(queue: queue)
        writer.start(journal, told.outcomes)
        try await eventually("the writer is done", within: .seconds(60)) { isDone() }
        queue.close()
        writer.join()
        #expect(writer.currentFailure == nil)
    }

    private func records(_ disk: SimulatedDisk) throws -> Int {
        let (journal, _) = try Journal.open(disk: disk, segmentBytes: 1 << 20)
        let reader = journal.reader(after: 0)
        var count = 0
        while try reader.next() != nil { count += 1 }
        return count
    }

    @Test("What waits of several connections is durable with one sync, and each hears its highest")
    func group() async throws {
        try journal.roll()
        for request in 1...3 as ClosedRange<UInt32> {
            try add(1, request)
            try add(2, request * 10)
        }
        disk.startTrace()
        try await run { !told.highest.isEmpty }
        #expect(told.highest == [key(1): 3, key(2): 30])
        #expect(disk.trace.count { $0.operation == .synchronize } == 1)
        var random = SeededRandom(seed: 1)
        #expect(try records(disk.crash(using: &random)) == 6)
    }

    @Test("After a failed sync nothing is acknowledged, and a new segment takes what comes then")
    func failingSync() async throws {
        try journal.roll()
        try add(1, 1)
        disk.failNext(.synchronize, errno: SimulatedDiskErrno.inputOutput)
        let epoch = queue.epoch
        try await run {
            guard told.recoveries.withLock({ $0 }) == 1 else { return false }
            if told.highest.isEmpty, queue.waitingBytes == 0 { try? add(2, 5) }
            return !told.highest.isEmpty
        }
        #expect(told.failures.withLock { $0.count } == 1)
        #expect(told.highest == [key(2): 5])
        #expect(queue.epoch == epoch + 1)
        #expect(disk.files(below: "journal").count == 2)
        var random = SeededRandom(seed: 2)
        #expect(try records(disk.crash(using: &random)) == 1)
    }

    @Test("A full disk fails the round, and the journal goes on when there is room again")
    func fullDisk() async throws {
        try journal.roll()
        disk.setCapacity(disk.usedBytes + 64)
        try add(1, 1, String(repeating: "x", count: 4096) + "\(UInt64.max)")
        let writer = JournalWriter(queue: queue)
        writer.start(journal, told.outcomes)
        try await eventually("the round failed") { told.failures.withLock { $0.count } == 1 }
        #expect(told.highest.isEmpty)
        disk.setCapacity(nil)
        try await eventually("it recovered") { told.recoveries.withLock { $0 } == 1 }
        #expect(writer.currentFailure == nil)
        try add(1, 2)
        try await eventually("it acknowledges") { !told.highest.isEmpty }
        #expect(told.highest == [key(1): 2])
        queue.close()
        writer.join()
    }

    @Test("While the journal cannot be written its reason is told, and closing ends the tries")
    func stuck() async throws {
        try add(1, 1)
        disk.failRandomly(.open, oneIn: 1, errno: SimulatedDiskErrno.noSpace)
        let writer = JournalWriter(queue: queue)
        writer.start(journal, told.outcomes)
        try await eventually("it failed") { writer.currentFailure != nil }
        #expect(writer.currentFailure?.contains("segment") == true)
        queue.close()
        writer.join()
        #expect(told.highest.isEmpty)
    }
}
