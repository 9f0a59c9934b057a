import Archive
import Core
import Platform
import TestSupport
import Testing

@Suite struct ManifestTests {
    static let path: BytePath = "manifest/current"

    static func sample() throws -> (ArchiveFixture, [UInt8]) {
        let fixture = try ArchiveFixture()
        for file in 1...5 as ClosedRange<UInt64> {
            try fixture.add(file, BytePath("f\(file)"), "content \(file)")
            try fixture.synchronize()
        }
        return (fixture, try #require(fixture.disk.contents(path)))
    }

    @Test(arguments: [false, true])
    func `A manifest torn at any of its last bytes keeps what stands before`(_ zeros: Bool) throws {
        let (fixture, bytes) = try ManifestTests.sample()
        for tear in (bytes.count - 320)..<bytes.count {
            let copy = fixture.disk.copy()
            let rest = zeros ? [UInt8](repeating: 0, count: bytes.count - tear) : []
            try copy.replaceContents(of: ManifestTests.path, with: Array(bytes[..<tear]) + rest)
            let torn = try ArchiveFixture(copy)
            #expect(torn.archive.fileCount >= 4)
            for file in 1...4 as ClosedRange<UInt64> {
                #expect(torn.archive.stream(ArchiveFixture.stream(file))?.held == 9)
            }
            #expect(torn.archive.appliedSequence >= 4)
            try torn.add(9, "new", "n")
            try torn.synchronize()
            #expect(
                try ArchiveFixture(copy.processCrash()).archive.stream(ArchiveFixture.stream(9))?
                    .held == 1
            )
        }
    }

    @Test func `A flipped bit costs one record, which is named`() throws {
        let (fixture, bytes) = try ManifestTests.sample()
        for byte in stride(from: 0, to: bytes.count, by: 3) {
            let copy = fixture.disk.copy()
            copy.flipBit(ManifestTests.path, at: byte, bit: byte % 8)
            let damaged = try ArchiveFixture(copy)
            #expect(damaged.archive.fileCount >= 4)
            let held = (1...5 as ClosedRange<UInt64>).filter {
                damaged.archive.stream(ArchiveFixture.stream($0))?.held == 9
            }
            #expect(held.count >= 4)
            if held.count < 5 {
                let recovery = damaged.archive.recovery
                #expect(!recovery.damage.isEmpty || recovery.cutBytes > 0)
            }
        }
    }

    @Test func `A manifest without any record is set aside, not overwritten`() throws {
        let (fixture, bytes) = try ManifestTests.sample()
        let garbage = bytes.map { ~$0 }
        try fixture.disk.replaceContents(of: ManifestTests.path, with: garbage)
        let fresh = try ArchiveFixture(fixture.disk)
        #expect(fresh.archive.fileCount == 0)
        let aside = try #require(fresh.archive.recovery.setAside)
        #expect(fresh.disk.contents(aside) == garbage)
        try fresh.add(1, "a", "x")
        try fresh.synchronize()
        #expect(try ArchiveFixture(fixture.disk.processCrash()).archive.fileCount == 1)
    }

    @Test func `Compaction keeps all that matters and shrinks the file`() throws {
        var options = ArchiveOptions()
        options.compactionFloor = 2000
        let fixture = try ArchiveFixture(options: options)
        try fixture.add(1, "a", "")
        try fixture.add(2, "b", "fixed")
        try fixture.rename(2, "c")
        var largest = 0
        for offset in 0..<100 as Range<UInt64> {
            try fixture.append(1, at: offset, [UInt8(offset)])
            try fixture.synchronize()
            largest = max(largest, fixture.disk.contents(ManifestTests.path)?.count ?? 0)
        }
        #expect(largest < 6000)
        let states = fixture.states()
        let again = try ArchiveFixture(fixture.disk.processCrash())
        #expect(again.states() == states)
        #expect(again.archive.appliedSequence == 100)
        #expect(again.archive.recovery.damage.isEmpty)
    }

    @Test func `A crash anywhere in a compaction leaves one whole manifest`() throws {
        var options = ArchiveOptions()
        options.compactionFloor = 500
        for operation in 1...40 {
            let fixture = try ArchiveFixture(
                SimulatedDisk(seed: UInt64(operation)),
                options: options
            )
            try fixture.add(1, "a", "12345")
            try fixture.synchronize()
            fixture.disk.powerOff(afterOperations: operation)
            var synced: UInt64 = 5
            do {
                for _ in 0..<20 {
                    try fixture.append(1, at: synced, [7])
                    try fixture.synchronize()
                    synced += 1
                }
            } catch {}
            var random = SeededRandom(seed: UInt64(operation))
            let after = try ArchiveFixture(fixture.disk.crash(using: &random), options: options)
            let held = try #require(after.archive.stream(ArchiveFixture.stream(1))).held
            #expect(held >= synced)
        }
    }

    @Test func `A compaction without room is put off`() throws {
        var options = ArchiveOptions()
        options.compactionFloor = 500
        let fixture = try ArchiveFixture(options: options)
        try fixture.add(1, "a", "")
        for offset in 0..<30 as Range<UInt64> {
            fixture.disk.failNext(
                .open,
                errno: SimulatedDiskErrno.noSpace,
                path: "manifest/next"
            )
            try fixture.append(1, at: offset, [1])
            try fixture.synchronize()
        }
        #expect(
            try ArchiveFixture(fixture.disk.processCrash()).archive.stream(
                ArchiveFixture.stream(1)
            )?.held == 30
        )
    }
}
