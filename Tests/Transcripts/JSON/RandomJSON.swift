import TestSupport

/// Writes JSON texts with everything in them that the format has.
struct RandomJSON {
    var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func value(depth: Int = 0) -> String {
        switch Int.random(in: 0..<(depth > 5 ? 5 : 8), using: &random) {
        case 0: pick(["null", "true", "false"])
        case 1: String(Int64.random(in: .min ... .max, using: &random))
        case 2: number()
        case 3, 4: string()
        case 5:
            "[" + list { $0.value(depth: depth + 1) } + "]"
        default: object(depth: depth)
        }
    }

    mutating func object(depth: Int = 0) -> String {
        "{" + list { $0.string() + $0.blank() + ":" + $0.value(depth: depth + 1) } + "}"
    }

    private mutating func list(_ body: (inout RandomJSON) -> String) -> String {
        let items = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            blank() + body(&self) + blank()
        }
        return items.isEmpty ? blank() : items.joined(separator: ",")
    }

    private mutating func blank() -> String { pick(["", "", "", " ", "\t ", "\r"]) }

    private mutating func number() -> String {
        pick([
            "0", "-0", "1.5", "-0.25e-10", "1e308", "4.9E-324", "18446744073709551615",
            "9223372036854775807", "-9223372036854775808", "9223372036854775808", "123456.789e3",
            "2.2250738585072014e-308", "0.1", "1E5", "1e+5",
        ])
    }

    mutating func string() -> String {
        let pieces = [
            "a", "plain text that is longer than eight bytes", "é", "漢字", "😀", "\u{2028}",
            #"\n"#, #"\""#, #"\\"#, #"\/"#, #"\b\f\r\t"#, #"\u0000"#, #"\u00e9"#,
            #"\ud83d\ude00"#, "{", "}", "[", ":", ",", "'", "\u{7f}",
        ]
        let count = Int.random(in: 0...6, using: &random)
        return "\"" + (0..<count).map { _ in pick(pieces) }.joined() + "\""
    }

    private mutating func pick(_ words: [String]) -> String {
        words[Int.random(in: 0..<words.count, using: &random)]
    }
}
