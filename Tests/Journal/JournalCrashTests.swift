import Core
import Journal
import Platform
import TestSupport
import Testing

/// Writes, fails, crashes and recovers from one seed, with a model beside it: what was acknowledged, or
/// given by a recovery, must be there for ever; nothing may be there that was never written.
struct JournalCrashRun {
    var random: SeededRandom
    var disk: SimulatedDisk
    var certain: [Written] = []
    var attempted: Set<[UInt8]> = []

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        disk = SimulatedDisk(seed: seed)
    }

    mutating func run(rounds: Int) throws {
        for round in 0..<rounds {
            disk.powerOff(afterOperations: Int.random(in: 1...80, using: &random))
            if round % 2 == 0 {
                disk.failRandomly(.synchronize, oneIn: 6, errno: SimulatedDiskErrno.inputOutput)
                disk.failRandomly(.write, oneIn: 9, errno: SimulatedDiskErrno.noSpace)
            }
            try? work()
            disk =
                random.oneIn(3) ? disk.processCrash() : disk.crash(using: &random)
            try check()
        }
    }

    private mutating func work() throws {
        let (journal, _) = try Journal.open(
            disk: disk,
            segmentBytes: 3000,
            salt: { [salt = random.next()] in salt }
        )
        for _ in 0..<30 {
            do {
                var written: [Written] = []
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let bodies = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                        random.bytes(Int.random(in: 0...900, using: &random))
                    }
                    attempted.formUnion(bodies)
                    let range = try journal.write(
                        bodies.map { PendingRecord(kind: 64, body: $0[...]) }
                    )
                    written += zip(range, bodies).map {
                        Written(sequence: $0, kind: 64, payload: $1)
                    }
                }
                _ = try journal.commit()
                certain += written
            } catch {}
        }
    }

    private mutating func check() throws {
        let fixture = try JournalFixture(disk, segmentBytes: 3000)
        let found = try fixture.records()
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.sequence < $1.sequence })
        #expect(found.allSatisfy { attempted.contains($0.payload) }, "invented")
        let there = Set(found)
        for record in certain where !there.contains(record) {
            Issue.record("lost \(record), have \(found)")
        }
        certain = found
    }
}

@Suite struct JournalCrashTests {
    @Test(arguments: 0..<20)
    func `Everything committed survives crashes and failing disks`(_ group: UInt64) throws {
        for seed in group * 10..<group * 10 + 10 {
            var run = JournalCrashRun(seed: seed)
            try run.run(rounds: 6)
        }
    }
}
