import Core
import Journal
import Platform
import TestSupport
import Testing

/// How the end of a segment is spoiled.
enum Spoiling: CaseIterable {
    case cut
    case zeros
    case garbage
}

@Suite struct JournalDamageTests {
    /// A journal of ten records of different sizes, with the byte at which each begins.
    static func sample() throws -> (SimulatedDisk, [Written], starts: [Int]) {
        let fixture = try JournalFixture()
        var starts: [Int] = []
        for index in 0..<10 {
            starts.append(fixture.disk.contents(JournalFixture.first)?.count ?? 56)
            try fixture.add([UInt8](repeating: UInt8(index + 1), count: 20 + index), head: [9])
        }
        return (fixture.disk, try fixture.records(), starts)
    }

    @Test(arguments: Spoiling.allCases)
    func `A tear at every byte of the last three records costs only what is torn`(
        _ spoiling: Spoiling
    ) throws {
        let (disk, written, starts) = try JournalDamageTests.sample()
        let bytes = try #require(disk.contents(JournalFixture.first))
        var random = SeededRandom(seed: 5)
        for tear in starts[7]..<bytes.count {
            let copy = disk.copy()
            var torn = Array(bytes[..<tear])
            switch spoiling {
            case .cut: break
            case .zeros: torn += [UInt8](repeating: 0, count: bytes.count - tear + 100)
            case .garbage: torn += random.bytes(bytes.count - tear + 100)
            }
            try copy.replaceContents(of: JournalFixture.first, with: torn)
            let recovered = try JournalFixture(copy)
            // Padding may be lost: a record is whole when its payload is.
            let whole = written.indices.filter { index in
                let payloadEnd = starts[index] + 48 + written[index].payload.count
                return spoiling == .cut
                    ? tear >= (starts + [bytes.count])[index + 1] : tear >= payloadEnd
            }
            #expect(try recovered.records() == whole.map { written[$0] }, "tear at \(tear)")
            #expect(recovered.recovery.damage.isEmpty)
            let next = try recovered.add([42])
            #expect(next > (whole.last.map { written[$0].sequence } ?? 0))
            let again = try JournalFixture(copy.processCrash())
            #expect(try again.records().last?.payload == [42])
        }
    }

    @Test func `A flipped bit in any byte of a record loses only that record, which is named`()
        throws
    {
        let (disk, written, starts) = try JournalDamageTests.sample()
        let payloadEnd = starts[4] + 48 + written[4].payload.count
        for byte in starts[4]..<starts[5] {
            let copy = disk.copy()
            copy.flipBit(JournalFixture.first, at: byte, bit: byte % 8)
            let recovered = try JournalFixture(copy)
            guard byte < payloadEnd else {
                #expect(try recovered.records() == written)
                continue
            }
            #expect(try recovered.records() == Array(written[..<4] + written[5...]))
            let damage = try #require(recovered.recovery.damage.first)
            #expect(damage.file == JournalFixture.first)
            #expect(damage.offset == UInt64(starts[4]))
            #expect(damage.length == UInt64(starts[5] - starts[4]))
            #expect(recovered.recovery.missing == [written[4].sequence...written[4].sequence])
        }
    }

    @Test func `A damaged first record of a segment loses nothing else`() throws {
        let (disk, written, _) = try JournalDamageTests.sample()
        for byte in 0..<56 {
            let copy = disk.copy()
            copy.flipBit(JournalFixture.first, at: byte)
            #expect(try JournalFixture(copy).records() == written)
        }
    }

    @Test func `A sector that cannot be read costs only the records in its page`() throws {
        let fixture = try JournalFixture()
        for index in 0..<40 { try fixture.add([UInt8](repeating: UInt8(index), count: 1000)) }
        fixture.disk.makeUnreadable(JournalFixture.first, 12_288..<12_289)
        let recovered = try JournalFixture(fixture.disk)
        let rest = try recovered.records()
        #expect((34...36).contains(rest.count))
        #expect(rest.last?.payload.first == 39)
        #expect(recovered.recovery.damage.count == 1)
    }

    @Test func `Damage that a reader meets is noted once and the rest is read`() throws {
        let fixture = try JournalFixture()
        try fixture.add([1])
        let start = try #require(fixture.disk.contents(JournalFixture.first)).count
        try fixture.add([2])
        let end = try #require(fixture.disk.contents(JournalFixture.first)).count
        try fixture.add([3])
        fixture.disk.flipBit(JournalFixture.first, at: start + 48)
        let index = fixture.journal.index
        #expect(index.damage.isEmpty)
        let expected = DamagedRange(
            file: JournalFixture.first,
            offset: UInt64(start),
            length: UInt64(end - start)
        )
        for round in 0..<2 {
            #expect(try fixture.records().map(\.payload) == [[1], [3]])
            #expect(index.damage == [expected])
            #expect(index.takeNewDamage() == (round == 0 ? [expected] : []))
        }
        let recovered = try JournalFixture(fixture.disk)
        #expect(recovered.journal.index.damage == [expected])
    }

    @Test func `A record that a payload imitates is not taken for one`() throws {
        let forged = try JournalFixture(salt: 1)
        for _ in 0..<3 { try forged.add([0xbb]) }
        let imitation = try #require(forged.disk.contents(JournalFixture.first))
        let fixture = try JournalFixture(salt: 99)
        try fixture.add([1])
        let start = try #require(fixture.disk.contents(JournalFixture.first)).count
        try fixture.add(imitation)
        try fixture.add([2])
        fixture.disk.flipBit(JournalFixture.first, at: start)
        let recovered = try JournalFixture(fixture.disk, salt: 3)
        #expect(try recovered.records().map(\.payload) == [[1], [2]])
    }

    @Test func `A missing segment is named by the sequences that it held`() throws {
        let fixture = try JournalFixture(segmentBytes: 500)
        for index in 0..<6 { try fixture.add([UInt8](repeating: UInt8(index), count: 600)) }
        let all = try fixture.records()
        try fixture.disk.remove("journal/00000000000000000003.segment")
        let recovered = try JournalFixture(fixture.disk.processCrash())
        #expect(try recovered.records() == Array(all[..<2] + all[3...]))
        #expect(recovered.recovery.missing.count == 1)
        #expect(recovered.recovery.missing.first?.contains(all[2].sequence) == true)
    }

    @Test func `An archive older than the journal is told what it lacks`() throws {
        let fixture = try JournalFixture(segmentBytes: 500)
        for index in 0..<6 { try fixture.add([UInt8](repeating: UInt8(index), count: 600)) }
        let reader = fixture.journal.reader(after: 0)
        _ = try JournalFixture.all(reader)
        try reader.release(upTo: reader.consumed)
        let recovered = try JournalFixture(fixture.disk.processCrash(), after: 2)
        #expect(recovered.recovery.missing.first?.lowerBound == 3)
    }

    @Test func `A record as large as they get passes a small buffer`() throws {
        let fixture = try JournalFixture(segmentBytes: 8 << 20)
        try fixture.add([1])
        try fixture.add([UInt8](repeating: 5, count: Limits.payloadBytes))
        try fixture.add([2])
        let recovered = try JournalFixture(fixture.disk.processCrash())
        #expect(try recovered.records().map(\.payload.count) == [1, Limits.payloadBytes, 1])
    }
}
