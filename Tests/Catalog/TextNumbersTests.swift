import TestSupport
import Testing

@testable import Catalog

@Suite("Numbers of texts") struct TextNumbersTests {
    @Test(
        "A text has one number, whichever rows it comes with",
        arguments: 0..<30 as Range<UInt64>
    )
    func once(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        // What is remembered together has each text once; what is asked directly has texts of its own.
        let sources = (0..<3).map { _ in
            (0..<20).map { "path \($0)" }.filter { _ in Bool.random(using: &random) }
                .shuffled(using: &random)
        }
        var numbers = TextNumbers()
        var wanted: [String: Int] = [:]
        for _ in 0..<200 {
            let texts = sources[Int.random(in: 0..<3, using: &random)]
            guard !texts.isEmpty else { continue }
            let place = Int.random(in: 0..<texts.count, using: &random)
            let cells: [MemoCell] = [.integer(7), .text(Int32(place))]
            let row = SessionRow(1, cells, at: 0, texts)
            let number = numbers.number(row, 1)
            #expect(numbers.texts[number] == texts[place])
            #expect(wanted[texts[place], default: number] == number)
            wanted[texts[place]] = number
        }
        #expect(numbers.texts.count == wanted.count)
    }

    @Test("A number is its digits, nothing is an empty text")
    func others() {
        var numbers = TextNumbers()
        let row = SessionRow(1, [.integer(7), .null, .text(0)], at: 0, ["7"])
        #expect(numbers.number(row, 0) == numbers.number(row, 2))
        let empty = numbers.number(row, 1)
        #expect(numbers.texts[empty] == "")
    }
}
