import TestSupport
import Testing

@testable import Receiver

@Suite("Counting lines")
struct NewlinesTests {
    @Test(
        "Bytes of any length are counted as one by one",
        arguments: [0, 1, 63, 64, 65, 127, 20_000, 40_001]
    )
    func count(_ length: Int) {
        var random = SeededRandom(seed: UInt64(length))
        for density in [1, 2, 50, 100_000] {
            let bytes = (0..<length).map { _ -> UInt8 in random.oneIn(density) ? 0x0a : 0x61 }
            let found = bytes.withUnsafeBytes { Newlines(in: $0) }
            #expect(found.count == UInt64(bytes.count(where: { $0 == 0x0a })))
            #expect(found.last == bytes.lastIndex(of: 0x0a))
        }
    }
}
