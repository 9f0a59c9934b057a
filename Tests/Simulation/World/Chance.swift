import TestSupport

/// A source of chance that several owners draw from, in the order of events.
final class Chance {
    private var random: SeededRandom

    init(_ seed: UInt64) { random = SeededRandom(seed: seed) }

    func next() -> UInt64 { random.next() }
    func oneIn(_ n: Int) -> Bool { random.oneIn(n) }
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    func element<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }
    func duration(_ milliseconds: ClosedRange<Int>) -> Duration {
        .microseconds(number(milliseconds.lowerBound * 1000...milliseconds.upperBound * 1000))
    }
    func source() -> SeededRandom { SeededRandom(seed: next()) }

    /// Bytes that are found nowhere else; sometimes runs of NULs.
    func bytes(_ count: Int) -> [UInt8] {
        if oneIn(20) { return [UInt8](repeating: 0, count: count) }
        var words = random
        let seed = random.next()
        words = SeededRandom(seed: seed)
        return [UInt8](unsafeUninitializedCapacity: (count + 7) / 8 * 8) { buffer, filled in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for offset in stride(from: 0, to: buffer.count, by: 8) {
                raw.storeBytes(of: words.next(), toByteOffset: offset, as: UInt64.self)
            }
            filled = count
        }
    }
}
