import TestSupport
import Testing

@testable import Catalog

@Suite("Titles of texts") struct TitleTextTests {
    /// What a title is: the words of the beginning with one space between them, at most 200 characters.
    private func title(_ text: String) -> String {
        let words = text.unicodeScalars.prefix(4096).split { $0.properties.isWhitespace }
        return String(
            words.map { String(String.UnicodeScalarView($0)) }.joined(separator: " ").prefix(200)
        )
    }

    @Test(
        "One line, one space between words, whatever the white space, and no more than 200 characters",
        arguments: [
            "", " \n\t ", "list the files", "  list\n\nthe\u{85}files\u{2028}\u{3000} now ",
            String(repeating: "word ", count: 60), String(repeating: "x", count: 5000),
            String(repeating: "e\u{301} ", count: 300), String(repeating: "👩‍👩‍👧", count: 90),
            String(repeating: " ", count: 4096) + "beyond",
        ]
    )
    func cases(text: String) { #expect(TitleText.of(text) == title(text)) }

    @Test("The same of texts of any kind", arguments: 0..<50 as Range<UInt64>)
    func random(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let parts = [
            "a", "word", "é", "e\u{301}", "👍🏽", " ", "  ", "\n", "\u{a0}", "\u{1f}", "\u{200d}",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0..<800, using: &random) {
            text += parts[Int.random(in: 0..<parts.count, using: &random)]
        }
        #expect(TitleText.of(text) == title(text))
    }
}
