import Core
import Tailing
import Testing

@Suite("Positions prove what stands before them")
struct ReadPositionTests {
    @Test("The guard covers up to 1 KiB", arguments: [0, 1, 1023, 1024, 1025, 5_000_000])
    func length(offset: UInt64) {
        #expect(ReadPosition.guardLength(at: offset) == min(1024, Int(offset)))
    }

    @Test("A flipped bit, or a byte too few, before the offset is refused")
    func accepts() {
        var bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let position = bytes.withUnsafeBytes { ReadPosition(offset: 3000, endOf: $0) }
        #expect(Array(bytes[1976...]).withUnsafeBytes { position.accepts($0) })
        #expect(!Array(bytes[1977...]).withUnsafeBytes { position.accepts($0) })
        bytes[2500] ^= 1
        #expect(!Array(bytes[1976...]).withUnsafeBytes { position.accepts($0) })
        #expect(ReadPosition.start.accepts(UnsafeRawBufferPointer(start: nil, count: 0)))
    }

    @Test("Different files with the same first kilobytes have different guards behind them")
    func forks() {
        let common = [UInt8](repeating: 65, count: 4096)
        let one = (common + [1]).withUnsafeBytes { ReadPosition(offset: 4097, endOf: $0) }
        let two = (common + [2]).withUnsafeBytes { ReadPosition(offset: 4097, endOf: $0) }
        #expect(one != two)
    }

    @Test(
        "Blocks of 1 MiB",
        arguments: [
            (0, 0, 0), (1, 1, 0), (1_048_575, 1, 0), (1_048_576, 1, 1), (1_048_577, 2, 1),
        ]
    )
    func blocks(length: UInt64, count: Int, index: Int) {
        #expect(Blocks.count(length) == count)
        #expect(Blocks.index(of: length) == index)
        #expect(Blocks.start(of: length) + Blocks.size - length == Blocks.rest(at: length))
    }
}
