import TestSupport
import Testing

@testable import Catalog

/// Cells as bytes.
struct PackedCellsTests {
    private static let integers: [Int64] = [
        0, 1, 251, 252, -1, 63, 64, 8191, 8192, .max, .min, .max - 1, .min + 1,
    ]

    @Test("What is packed is read again", arguments: 0..<20)
    func same(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var cells: [MemoCell] = PackedCellsTests.integers.map { .integer($0) }
        for _ in 0..<50 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: cells.append(.null)
            case 1: cells.append(.real(Double.random(in: -1e9...1e9, using: &random)))
            case 2: cells.append(.text(Int32.random(in: 0...Int32.max, using: &random)))
            default:
                let bits = Int.random(in: 0...62, using: &random)
                cells.append(.integer(Int64.random(in: -1 << bits...1 << bits, using: &random)))
            }
        }
        var packed = PackedCells()
        for cell in cells { packed.append(cell) }
        var read: [MemoCell] = []
        packed.unpack(into: &read)
        #expect(read == cells)
    }

    @Test("Answers that are damaged are none, wherever")
    func damaged() {
        let part = SessionAnswers.Part(
            times: 5...900,
            width: 2,
            cells: [.text(0), .integer(7), .text(1), .real(0.5)]
        )
        let parts = [
            (part, ["one", "two"]), (SessionAnswers.Part(), []), (part, ["two", "three"]),
        ]
        let answers = SessionAnswers(session: 1, stamp: 2, form: 3, parts)
        let whole = answers.unpack(count: 3)
        #expect(whole?.texts == ["one", "two", "three"])
        #expect(whole?.parts.map(\.times) == [5...900, nil, 5...900])
        #expect(whole?.parts[2].cells == [.text(1), .integer(7), .text(2), .real(0.5)])
        #expect(answers.unpack(count: 2) == nil)
        for length in 0..<answers.bytes.count {
            var cut = answers
            cut.bytes.removeLast(cut.bytes.count - length)
            #expect(cut.unpack(count: 3) == nil)
            var changed = answers
            changed.bytes[length] ^= 0x40
            #expect(changed.unpack(count: 3) == nil)
        }
    }
}
