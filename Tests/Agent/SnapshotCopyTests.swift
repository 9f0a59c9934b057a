import Core
import Platform
import TestSupport
import Testing

@testable import Agent

@Suite("Snapshot copies") struct SnapshotCopyTests {
    @Test(
        "A power loss does not tear a copy that was made",
        arguments: 1...40 as ClosedRange<UInt64>
    )
    func powerLoss(seed: UInt64) throws {
        let disk = SimulatedDisk(seed: seed)
        var random = SeededRandom(seed: seed)
        let content = random.bytes(200_000)
        try disk.makeDirectories("copies")
        try disk.append(content, to: "file.json")
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { scratch.deallocate() }
        let copy = try SnapshotCopy.make(
            of: "file.json",
            at: "copies/1",
            on: disk,
            scratch: scratch
        )
        #expect(copy?.isWhole == true)
        let after = disk.crash(using: &random)
        // The name may be gone; then it is copied again.
        #expect((after.contents("copies/1") ?? content) == content)
    }
}
