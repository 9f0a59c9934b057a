import Foundation
import TestSupport

/// Prose, source and output, escaped for JSON, in which words and passages come again as often as in real sessions.
struct LikelyText {
    private static let syllables = [
        "an", "be", "con", "de", "er", "fi", "gra", "ho", "in", "ju", "ker", "lo", "mi", "ner",
        "or",
        "pre", "qui", "re", "ser", "ti", "un", "va", "wor", "ex", "ya", "zo", "ment", "tion", "al",
    ]
    /// Passages that a session goes back to.
    private static let remembered = 40
    /// Of a hundred passages, how many the session has had before.
    private static let repeated = 58

    private let words: [String]
    private let fragments: [String]
    private var had: [Int] = []

    init() {
        var random = SeededRandom(seed: 1)
        words = (0..<6000).map { rank in
            let count = rank < 100 ? 1...2 : 2...4
            return (0..<Int.random(in: count, using: &random))
                .map { _ in LikelyText.syllables.randomElement(using: &random) ?? "" }.joined()
        }
        let all = words
        fragments = (0..<3000).map { _ in LikelyText.fragment(all, &random) }
    }

    mutating func beginSession(_ random: inout SeededRandom) {
        had = (0..<LikelyText.remembered).map { _ in
            Int.random(in: 0..<fragments.count, using: &random)
        }
    }

    /// A length, log-normal around a median.
    func length(_ median: Double, _ spread: Double, _ random: inout SeededRandom) -> Double {
        let radius = sqrt(-2 * log(1 - Double.random(in: 0..<1, using: &random)))
        return median
            * exp(spread * radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random)))
    }

    func word(_ random: inout SeededRandom) -> String { LikelyText.word(words, &random) }

    /// About so many bytes.
    mutating func text(_ size: Int, _ random: inout SeededRandom) -> String {
        var text = ""
        while text.utf8.count < size {
            let slot = Int.random(in: 0..<had.count, using: &random)
            var chosen = had[slot]
            if Int.random(in: 0..<100, using: &random) >= LikelyText.repeated {
                chosen = Int.random(in: 0..<fragments.count, using: &random)
                if random.oneIn(5) { had[slot] = chosen }
            }
            let left = size - text.utf8.count
            let fragment = fragments[chosen]
            guard fragment.utf8.count > left + 64 else {
                text += fragment
                continue
            }
            // At a space, which no escape contains.
            let cut = fragment.prefix(left)
            guard let end = cut.lastIndex(of: " ") else { return text + "ok" }
            text += cut[..<end]
            return text
        }
        return text
    }

    // MARK: Passages

    /// As in Zipf's law: the word of rank n comes about once in n.
    private static func word(_ words: [String], _ random: inout SeededRandom) -> String {
        let at = Double.random(in: 0..<1, using: &random)
        return words[min(words.count - 1, Int(9 * (pow(Double(words.count) / 9, at) - 1)))]
    }

    private static func fragment(_ words: [String], _ random: inout SeededRandom) -> String {
        func word() -> String { LikelyText.word(words, &random) }
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        var text = ""
        switch number(0...99) {
        case 0..<35:
            for _ in 0..<number(1...9) {
                text += (0..<number(5...18)).map { _ in word() }.joined(separator: " ") + ". "
            }
        case 35..<80:
            for line in 0..<number(4...30) {
                text +=
                    "\(line + 100)→    let \(word()) = \(word()).\(word())(\(number(0...9999)))\\n"
            }
        case 80..<92:
            for _ in 0..<number(3...14) {
                text +=
                    "Sources/\(word())/\(word()).swift:\(number(1...2000)): \(word()) \(word())\\n"
            }
        default:
            for _ in 0..<number(4...15) { text += String(random.next(), radix: 16) + " " }
        }
        return text
    }
}
