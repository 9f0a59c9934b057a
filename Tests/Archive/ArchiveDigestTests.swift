import Archive
import Core
import Platform
import TLS
import TestSupport
import Testing

@Suite struct ArchiveDigestTests {
    @Test(arguments: [0, 1, 1 << 20, (1 << 20) + 1, 5 << 19])
    func `A digest is the hash over the hashes of each MiB`(_ size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let fixture = try ArchiveFixture()
        try fixture.add(1, "a", "")
        try fixture.append(1, bytes)
        var blocks: [UInt8] = []
        for start in stride(from: 0, to: size, by: 1 << 20) {
            blocks += SHA256.digest(of: Array(bytes[start..<min(size, start + 1 << 20)])).bytes
        }
        let digest = try fixture.archive.digest(
            of: ArchiveFixture.stream(1),
            length: UInt64(size),
            hasher: SHA256Blocks()
        )
        #expect(digest == SHA256.digest(of: blocks))
        #expect(
            try fixture.archive.digest(
                of: ArchiveFixture.stream(1),
                length: UInt64(size + 1),
                hasher: SHA256Blocks()
            ) == nil
        )
    }

    @Test func `Damaged, short, missing and unknown objects are named, and only those`() throws {
        let fixture = try ArchiveFixture()
        for file in 1...4 as ClosedRange<UInt64> {
            try fixture.add(file, BytePath("f\(file)"), "content \(file)")
            let stream = ArchiveFixture.stream(file)
            let digest = try #require(
                try fixture.archive.digest(of: stream, length: 9, hasher: SHA256Blocks())
            )
            _ = try fixture.archive.apply(.verified(stream: stream, length: 9, digest: digest))
        }
        try fixture.synchronize()
        #expect(try fixture.archive.verifyObjects(hasher: SHA256Blocks()).isEmpty)
        fixture.disk.flipBit(Archive.objectPath(ArchiveFixture.stream(1)), at: 3)
        try fixture.disk.truncate(Archive.objectPath(ArchiveFixture.stream(2)), to: 5)
        try fixture.disk.remove(Archive.objectPath(ArchiveFixture.stream(3)))
        try fixture.disk.append([1], to: "objects/00000000000000ff/1")
        let found = try fixture.archive.verifyObjects(hasher: SHA256Blocks())
        var reasons: [String: ObjectDamage.Reason] = [:]
        for damage in found { reasons[damage.path?.description ?? "unknown"] = damage.reason }
        #expect(
            reasons == [
                "f1": .changed(length: 9), "f2": .short(size: 5, held: 9), "f3": .missing,
                "unknown": .unknown,
            ]
        )
        let again = try ArchiveFixture(fixture.disk)
        #expect(try again.archive.verifyObjects(hasher: SHA256Blocks()).count == 4)
    }

    @Test func `An object that cannot be read is named and the others are verified`() throws {
        let fixture = try ArchiveFixture()
        try fixture.add(1, "a", "content 1")
        let stream = ArchiveFixture.stream(1)
        _ = try fixture.archive.apply(
            .verified(stream: stream, length: 9, digest: SHA256.digest(of: []))
        )
        fixture.disk.makeUnreadable(Archive.objectPath(stream), 0..<1)
        let found = try fixture.archive.verifyObjects(hasher: SHA256Blocks())
        guard case .unreadable = found.first?.reason else {
            Issue.record("\(found)")
            return
        }
    }
}
