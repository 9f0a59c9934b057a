import Archive
import Core
import Platform
import TLS
import TestSupport
import Testing

@Suite struct ArchiveTests {
    @Test func `Bytes land where the file has them, once`() throws {
        let fixture = try ArchiveFixture()
        try fixture.create(1, "a")
        try fixture.begin(1)
        #expect(try fixture.append(1, at: 0, [1, 2, 3]) == .appended(held: 3))
        #expect(try fixture.append(1, at: 3, [4]) == .appended(held: 4))
        #expect(try fixture.append(1, at: 6, [9]) == .gap(held: 4))
        #expect(try fixture.append(1, at: 0, [1, 2]) == .known(held: 4))
        #expect(try fixture.append(1, at: 4, []) == .known(held: 4))
        #expect(fixture.contents(1) == [1, 2, 3, 4])
    }

    @Test func `Overlapping bytes never change what is held`() throws {
        let fixture = try ArchiveFixture()
        try fixture.add(1, "a", "held")
        #expect(try fixture.append(1, at: 0, Array("XXXXmore".utf8)) == .appended(held: 8))
        #expect(fixture.contents(1) == Array("heldmore".utf8))
    }

    @Test func `Bytes of what has not begun are refused`() throws {
        let fixture = try ArchiveFixture()
        #expect(try fixture.append(1, [1]) == .unknown)
        try fixture.create(1, "a")
        #expect(try fixture.append(1, [1]) == .unknown)
        #expect(try fixture.begin(2) == .refused("unknown file 0000000000000002"))
    }

    @Test(arguments: ["../x", "/x", "a//b", "a/../b", "", "a\0b"] as [BytePath])
    func `A path that leaves its source is refused`(_ path: BytePath) throws {
        let fixture = try ArchiveFixture()
        guard case .refused = try fixture.create(1, path) else {
            Issue.record("taken")
            return
        }
        guard
            case .refused = try fixture.create(
                1,
                "a",
                source: String(decoding: path.bytes, as: UTF8.self)
            )
        else {
            Issue.record("taken as a source")
            return
        }
        try fixture.add(2, "b", "x")
        guard case .refused = try fixture.rename(2, path) else {
            Issue.record("renamed")
            return
        }
    }

    @Test func `Every event applied twice changes nothing`() throws {
        let fixture = try ArchiveFixture()
        for round in 0..<2 {
            let expected: ArchiveOutcome = round == 0 ? .applied : .unchanged
            #expect(try fixture.create(1, "a") == expected)
            #expect(try fixture.begin(1) == expected)
            try fixture.append(1, [1, 2])
            let stream = ArchiveFixture.stream(1)
            let digest = SHA256.digest(of: [])
            #expect(try fixture.archive.apply(.closed(stream: stream, length: 2)) == expected)
            #expect(
                try fixture.archive.apply(.verified(stream: stream, length: 2, digest: digest))
                    == expected
            )
            #expect(try fixture.delete(1) == expected)
        }
        #expect(fixture.contents(1) == [1, 2])
    }

    @Test func `All that was synced is there after a crash`() throws {
        for seed in 0..<30 as Range<UInt64> {
            let fixture = try ArchiveFixture(SimulatedDisk(seed: seed))
            try fixture.add(1, "folder/a", "one")
            try fixture.add(2, "b", "two")
            try fixture.begin(2, 2)
            try fixture.append(2, 2, Array("zwei".utf8))
            try fixture.rename(1, "other/a")
            try fixture.delete(2)
            let digest = SHA256.digest(of: [3])
            let verified = ArchiveEvent.verified(
                stream: ArchiveFixture.stream(2, 2),
                length: 4,
                digest: digest
            )
            _ = try fixture.archive.apply(verified)
            try fixture.archive.synchronize(applied: 77)
            let view = fixture.view
            try fixture.append(1, at: 3, Array("lost".utf8))
            var random = SeededRandom(seed: seed)
            let after = try ArchiveFixture(fixture.disk.crash(using: &random))
            #expect(after.archive.appliedSequence == 77)
            let state = try #require(after.archive.file(ArchiveFixture.file(2)))
            #expect(state.isDeleted)
            #expect(state.generations[2]?.digest == digest)
            #expect(state.generations[2]?.held == 4)
            #expect(after.archive.stream(ArchiveFixture.stream(1))?.held == 3)
            #expect(Set(after.view.keys) == Set(view.keys))
            #expect(try after.append(1, at: 3, Array("kept".utf8)) == .appended(held: 7))
            #expect(after.contents(1) == Array("onekept".utf8))
        }
    }

    @Test func `A first sync that fails stops everything until the archive is opened again`() throws
    {
        let fixture = try ArchiveFixture()
        try fixture.add(1, "a", "x")
        fixture.disk.failNext(.synchronize, errno: SimulatedDiskErrno.inputOutput)
        #expect(throws: OperatorError.self) { try fixture.synchronize() }
        #expect(throws: OperatorError.self) { try fixture.append(1, at: 1, [1]) }
        #expect(throws: OperatorError.self) { try fixture.synchronize() }
        let again = try ArchiveFixture(fixture.disk)
        #expect(again.archive.fileCount == 0)
    }

    @Test func `A full disk refuses bytes and goes on when there is room`() throws {
        let fixture = try ArchiveFixture()
        try fixture.add(1, "a", "start")
        fixture.disk.setCapacity(8)
        #expect(throws: OperatorError.self) {
            try fixture.append(1, at: 5, Array("0123456789".utf8))
        }
        #expect(fixture.archive.stream(ArchiveFixture.stream(1))?.held == 5)
        fixture.disk.setCapacity(nil)
        try fixture.append(1, at: 5, Array("ABC".utf8))
        try fixture.synchronize()
        #expect(
            try ArchiveFixture(fixture.disk.processCrash()).contents(1)?.starts(
                with: Array("startABC".utf8)
            ) == true
        )
    }

    @Test func `What was let go is gone, stays gone, and its offset is known`() throws {
        let fixture = try ArchiveFixture()
        try fixture.add(1, "a", "secret")
        let stream = ArchiveFixture.stream(1)
        _ = try fixture.archive.apply(.tombstone(stream: stream, offset: 6, digest: nil, reason: 3))
        #expect(fixture.view.isEmpty)
        try fixture.synchronize()
        #expect(fixture.contents(1) == nil)
        #expect(try fixture.append(1, at: 6, [1]) == .tombstone)
        let again = try ArchiveFixture(fixture.disk.processCrash())
        #expect(again.archive.stream(stream)?.tombstone == 3)
        #expect(again.archive.stream(stream)?.held == 6)
        #expect(try again.begin(1) == .unchanged)
        #expect(again.archive.recovery.short.isEmpty)
    }

    @Test func `An object that lost bytes lowers the held offset and is named`() throws {
        let fixture = try ArchiveFixture()
        try fixture.add(1, "a", "0123456789")
        try fixture.add(2, "b", "gone")
        try fixture.synchronize()
        try fixture.disk.truncate(Archive.objectPath(ArchiveFixture.stream(1)), to: 4)
        try fixture.disk.remove(Archive.objectPath(ArchiveFixture.stream(2)))
        let again = try ArchiveFixture(fixture.disk)
        #expect(again.archive.stream(ArchiveFixture.stream(1))?.held == 4)
        #expect(again.archive.stream(ArchiveFixture.stream(2))?.held == 0)
        #expect(Set(again.archive.recovery.short.map(\.path)) == ["a", "b"])
        #expect(try again.append(1, at: 4, Array("456789".utf8)) == .appended(held: 10))
        #expect(try again.append(2, Array("gone".utf8)) == .appended(held: 4))
        try again.synchronize()
        #expect(again.view == ["a": "0123456789", "b": "gone"])
    }

    @Test func `A folder restored from an older backup takes again what it lacks`() throws {
        let fixture = try ArchiveFixture()
        try fixture.add(1, "a", "old")
        try fixture.synchronize()
        let backup = fixture.disk.copy()
        try fixture.append(1, at: 3, Array("+new".utf8))
        try fixture.add(2, "b", "later")
        try fixture.synchronize()
        // The objects are newer than the manifest, as when one was copied before the other.
        for path in fixture.disk.files(below: "objects") {
            try backup.replaceContents(of: path, with: fixture.disk.contents(path) ?? [])
        }
        let restored = try ArchiveFixture(backup)
        #expect(restored.archive.fileCount == 1)
        #expect(restored.archive.stream(ArchiveFixture.stream(1))?.held == 3)
        #expect(try restored.append(1, at: 3, Array("+n".utf8)) == .appended(held: 5))
        #expect(restored.view == ["a": "old+n"])
        try restored.add(2, "b", "la")
        #expect(restored.contents(2) == Array("la".utf8))
    }

    @Test func `At most so many objects are open, and none loses bytes`() throws {
        var options = ArchiveOptions()
        options.openObjects = 3
        let fixture = try ArchiveFixture(options: options)
        for round in 0..<3 as Range<UInt64> {
            for file in 1...10 as ClosedRange<UInt64> {
                if round == 0 { try fixture.add(file, BytePath("f\(file)"), "") }
                try fixture.append(file, at: round, [UInt8(round)])
            }
        }
        try fixture.synchronize()
        var random = SeededRandom(seed: 1)
        let after = try ArchiveFixture(fixture.disk.crash(using: &random))
        for file in 1...10 as ClosedRange<UInt64> { #expect(after.contents(file) == [0, 1, 2]) }
    }

    @Test func `Held bytes are read back, and nothing beyond them`() throws {
        let fixture = try ArchiveFixture()
        try fixture.add(1, "a", "0123456789")
        var buffer = [UInt8](repeating: 0, count: 20)
        let count = try buffer.withUnsafeMutableBytes {
            try fixture.archive.read(ArchiveFixture.stream(1), at: 4, into: $0)
        }
        #expect(Array(buffer[..<count]) == Array("456789".utf8))
    }
}
