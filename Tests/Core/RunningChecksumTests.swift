import Core
import Testing

@Suite("RunningChecksum")
struct RunningChecksumTests {
    /// XXH3-128 with seed 0 of nothing, from the algorithm's reference implementation.
    private static let empty: [UInt8] = [
        0x99, 0xaa, 0x06, 0xd3, 0x01, 0x47, 0x98, 0xd8, 0x60, 0x01, 0xc3, 0x24, 0x46, 0x8d, 0x49,
        0x7f,
    ]

    private static func checksum(_ parts: [[UInt8]]) -> [UInt8] {
        let running = RunningChecksum()
        for part in parts { part.withUnsafeBytes { running.update($0) } }
        return running.value
    }

    @Test func `Nothing has the value of the reference implementation`() {
        #expect(RunningChecksumTests.checksum([]) == RunningChecksumTests.empty)
    }

    @Test(arguments: [1, 16, 240, 255, 256, 257, 1000])
    func `Pieces of any size have the value of the whole`(_ size: Int) {
        let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 2) }
        let parts = stride(from: 0, to: bytes.count, by: size).map {
            Array(bytes[$0..<min(bytes.count, $0 + size)])
        }
        #expect(RunningChecksumTests.checksum(parts) == RunningChecksumTests.checksum([bytes]))
    }

    @Test func `A value on the way disturbs nothing`() {
        let running = RunningChecksum()
        [UInt8](repeating: 1, count: 700).withUnsafeBytes { running.update($0) }
        let early = running.value
        #expect(early == running.value)
        [UInt8](repeating: 2, count: 700).withUnsafeBytes { running.update($0) }
        let parts = [[UInt8](repeating: 1, count: 700), [UInt8](repeating: 2, count: 700)]
        #expect(running.value == RunningChecksumTests.checksum(parts))
        #expect(running.value != early)
    }

    @Test func `After a reset it begins anew`() {
        let running = RunningChecksum()
        [1, 2, 3].withUnsafeBytes { running.update($0) }
        running.reset()
        #expect(running.value == RunningChecksumTests.empty)
    }
}
