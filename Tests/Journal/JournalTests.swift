import Core
import Journal
import Platform
import TestSupport
import Testing

@Suite struct JournalTests {
    @Test func `What is committed is read back in order`() throws {
        let fixture = try JournalFixture()
        var expected: [Written] = []
        for size in [0, 1, 7, 8, 9, 5000, 300_000] {
            let payload = [UInt8](repeating: UInt8(size % 251), count: size)
            let sequence = try fixture.add(payload, head: [1, 2, 3])
            expected.append(Written(sequence: sequence, kind: 64, payload: [1, 2, 3] + payload))
        }
        #expect(try fixture.records() == expected)
        #expect(try fixture.records(after: expected[3].sequence) == Array(expected[4...]))
    }

    @Test func `A reader sees nothing before it is committed`() throws {
        let fixture = try JournalFixture()
        let reader = fixture.journal.reader(after: 0)
        _ = try fixture.journal.write([PendingRecord(kind: 1, body: [1])])
        #expect(try JournalFixture.all(reader).isEmpty)
        _ = try fixture.journal.commit()
        #expect(try JournalFixture.all(reader).count == 1)
        try fixture.add([2])
        #expect(try JournalFixture.all(reader).map(\.payload) == [[2]])
    }

    @Test func `A thousand records cost one sync`() throws {
        let fixture = try JournalFixture()
        try fixture.add([0])
        fixture.disk.startTrace()
        let records = (0..<1000).map { PendingRecord(kind: 9, body: [UInt8($0 % 256)]) }
        let range = try fixture.journal.write(records)
        #expect(range.count == 1000)
        #expect(try fixture.journal.commit() == range.upperBound - 1)
        let operations = fixture.disk.trace.map(\.operation)
        #expect(operations.filter { $0 == .synchronize }.count == 1)
        #expect(operations.filter { $0 == .write }.count == 32)
        #expect(try fixture.records().count == 1001)
    }

    @Test func `A full segment is followed by the next, and both are read`() throws {
        let fixture = try JournalFixture(segmentBytes: 1000)
        for index in 0..<20 { try fixture.add([UInt8](repeating: UInt8(index), count: 300)) }
        #expect(fixture.journal.index.segmentCount > 5)
        #expect(try fixture.records().map { $0.payload[0] } == Array(0..<20))
    }

    @Test func `A segment's name is durable before the first commit in it returns`() throws {
        let fixture = try JournalFixture()
        try fixture.add([1])
        var random = SeededRandom(seed: 1)
        for _ in 0..<20 {
            let disk = fixture.disk.copy().crash(using: &random)
            #expect(try JournalFixture(disk).records().map(\.payload) == [[1]])
        }
    }

    @Test func `Released segments are gone, the one in use stays`() throws {
        let fixture = try JournalFixture(segmentBytes: 1000)
        for index in 0..<10 { try fixture.add([UInt8](repeating: UInt8(index), count: 400)) }
        let reader = fixture.journal.reader(after: 0)
        var middle: UInt64 = 0
        for _ in 0..<5 { middle = try reader.next()?.sequence ?? 0 }
        let before = fixture.journal.index.bytesOnDisk
        try reader.release(upTo: middle)
        #expect(fixture.journal.index.bytesOnDisk < before)
        #expect(try JournalFixture.all(reader).count == 5)
        try reader.release(upTo: reader.consumed)
        #expect(fixture.journal.index.segmentCount == 1)
        #expect(fixture.disk.files(below: "journal").count == 1)
        let sequence = try fixture.add([1])
        #expect(try JournalFixture.all(reader).map(\.sequence) == [sequence])
    }

    @Test func `Sequences go on above what the archive has applied`() throws {
        let fixture = try JournalFixture(after: 5000)
        #expect(try fixture.add([1]) > 5000)
    }

    @Test func `After a failed sync nothing uncommitted is ever read, and the next write goes on`()
        throws
    {
        let fixture = try JournalFixture()
        let first = try fixture.add([1])
        fixture.disk.failNext(.synchronize, errno: SimulatedDiskErrno.inputOutput)
        let lost = try fixture.journal.write([PendingRecord(kind: 1, body: [2])])
        #expect(throws: OperatorError.self) { try fixture.journal.commit() }
        let next = try fixture.add([3])
        #expect(next >= lost.upperBound)
        #expect(try fixture.records().map(\.sequence) == [first, next])
        var random = SeededRandom(seed: 3)
        let recovered = try JournalFixture(fixture.disk.crash(using: &random))
        #expect(try recovered.records().map(\.payload) == [[1], [3]])
        #expect(recovered.recovery.damage.isEmpty)
        #expect(recovered.recovery.missing.isEmpty)
    }

    @Test func `A record that was given up and survives on the disk stays void`() throws {
        let fixture = try JournalFixture()
        try fixture.add([1])
        let end = fixture.disk.contents(JournalFixture.first) ?? []
        _ = try fixture.journal.write([PendingRecord(kind: 1, body: [2])])
        let survived = fixture.disk.contents(JournalFixture.first) ?? []
        #expect(survived.count > end.count)
        fixture.disk.failNext(.synchronize, errno: SimulatedDiskErrno.inputOutput)
        fixture.disk.failNext(.truncate, errno: SimulatedDiskErrno.inputOutput)
        #expect(throws: OperatorError.self) { try fixture.journal.commit() }
        try fixture.add([3])
        try fixture.disk.replaceContents(of: JournalFixture.first, with: survived)
        let recovered = try JournalFixture(fixture.disk.processCrash())
        #expect(try recovered.records().map(\.payload) == [[1], [3]])
        #expect(recovered.recovery.abandonedBytes > 0)
    }

    @Test func `A full disk refuses writes until there is room, without a heap of segments`() throws
    {
        let disk = SimulatedDisk(capacity: 4000)
        let fixture = try JournalFixture(disk)
        try fixture.add([1])
        for _ in 0..<50 {
            #expect(throws: OperatorError.self) {
                try fixture.add([UInt8](repeating: 9, count: 10_000))
            }
        }
        #expect(disk.files(below: "journal").count == 1)
        disk.setCapacity(nil)
        try fixture.add([2])
        #expect(try fixture.records().map(\.payload) == [[1], [2]])
        let recovered = try JournalFixture(disk.processCrash())
        #expect(try recovered.records().map(\.payload) == [[1], [2]])
        #expect(recovered.recovery.missing.isEmpty)
    }

    @Test func `What recovery gives is durable, even after a failed sync and a kill`() throws {
        for seed in 0..<50 as Range<UInt64> {
            let fixture = try JournalFixture(SimulatedDisk(seed: seed))
            try fixture.add([1])
            _ = try fixture.journal.write([PendingRecord(kind: 1, body: [2])])
            fixture.disk.failNext(.synchronize, errno: SimulatedDiskErrno.inputOutput)
            fixture.disk.failNext(.truncate, errno: SimulatedDiskErrno.inputOutput)
            #expect(throws: OperatorError.self) { try fixture.journal.commit() }
            let recovered = try JournalFixture(fixture.disk.processCrash())
            let given = try recovered.records()
            #expect(given.count == 2)
            var random = SeededRandom(seed: seed)
            let again = try JournalFixture(recovered.disk.crash(using: &random))
            #expect(try again.records() == given)
        }
    }
}
