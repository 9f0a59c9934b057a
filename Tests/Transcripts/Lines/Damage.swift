import Testing
import Transcripts

/// A file that is not as its tool meant it, and what is to come of it.
struct Damage: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var expected: [Expectation]
    var testDescription: String { name }

    struct Expectation: Sendable {
        var text: String
        var ordinal: Int
        var status: EntryStatus
    }

    init(_ name: String, _ bytes: [UInt8], _ expected: [(String, Int, EntryStatus)]) {
        self.name = name
        self.bytes = bytes
        self.expected = expected.map { Expectation(text: $0.0, ordinal: $0.1, status: $0.2) }
    }

    init(_ name: String, _ text: String, _ expected: [(String, Int, EntryStatus)]) {
        self.init(name, Array(text.utf8), expected)
    }

    static let a = #"{"type":"user","uuid":"1","sessionId":"s","timestamp":"2026-01-02T03:04:05Z"}"#
    static let b = #"{"type":"user","uuid":"2","sessionId":"s","message":{"content":"b"}}"#
    static let nuls = "\0\0\0\0"

    /// A record that was cut off before a whole one was written behind it, cut at every byte.
    static let stubs: [Damage] = {
        let record = #"{"type":"user","n":[12,true,{"x":"\u00e9\n"},[]],"m":{"k":null}}"#
        return (1..<record.utf8.count).map { count in
            let stub = String(decoding: Array(record.utf8)[..<count], as: UTF8.self)
            return Damage(
                "stub of \(count) bytes",
                stub + b + "\n",
                [(stub, 0, .malformed), (b, 1, .recovered)]
            )
        }
    }()

    static let forms: [Damage] = [
        Damage("nothing wrong", a + "\n" + b + "\n", [(a, 0, .ok), (b, 0, .ok)]),
        Damage("no last line break", a + "\n" + b, [(a, 0, .ok), (b, 0, .ok)]),
        Damage("carriage returns", a + "\r\n" + b + "\r\n", [(a, 0, .ok), (b, 0, .ok)]),
        Damage("blank lines", "\n \n" + a + "\n\n\t\r\n" + b + "\n\n", [(a, 0, .ok), (b, 0, .ok)]),
        Damage("byte order mark", "\u{feff}" + a + "\n", [(a, 0, .ok)]),
        Damage("glued", a + b + "\n" + a + "\n", [(a, 0, .ok), (b, 1, .recovered), (a, 0, .ok)]),
        Damage(
            "glued thrice",
            a + b + " " + a,
            [(a, 0, .ok), (b, 1, .recovered), (a, 2, .recovered)]
        ),
        Damage("NULs before", nuls + a + "\n" + b, [(a, 0, .recovered), (b, 0, .ok)]),
        Damage("NULs behind", a + nuls + "\n" + b, [(a, 0, .ok), (b, 0, .ok)]),
        Damage("NULs between", a + nuls + b + "\n", [(a, 0, .ok), (b, 1, .recovered)]),
        Damage("a line of NULs", a + "\n" + nuls + "\n" + b, [(a, 0, .ok), (b, 0, .ok)]),
        Damage(
            "NULs in a record",
            "{\"type\":\0\0\"x\"}\n" + a,
            [("{\"type\":\0\0\"x\"}", 0, .recovered), (a, 0, .ok)]
        ),
        Damage(
            "cut off",
            #"{"type":"us"# + "\n" + a + "\n",
            [(#"{"type":"us"#, 0, .malformed), (a, 0, .ok)]
        ),
        Damage(
            "cut off at the end",
            a + "\n" + #"{"type":"us"#,
            [(a, 0, .ok), (#"{"type":"us"#, 0, .malformed)]
        ),
        Damage(
            "cut off by NULs",
            #"{"type":"us"# + nuls + "\n" + a,
            [(#"{"type":"us"#, 0, .malformed), (a, 0, .ok)]
        ),
        Damage("an array", "[1]\n" + a, [("[1]", 0, .malformed), (a, 0, .ok)]),
        Damage("a number", "42\n" + a, [("42", 0, .malformed), (a, 0, .ok)]),
        Damage("a string", "\"x {\"\n" + a, [("\"x {\"", 0, .malformed), (a, 0, .ok)]),
        Damage(
            "a comment",
            "// from {\"a\":1} here\n" + a,
            [("// from {\"a\":1} here", 0, .malformed), (a, 0, .ok)]
        ),
        Damage("text behind", a + ",x\n", [(a, 0, .ok), (",x", 1, .malformed)]),
        Damage(
            "the end of a record before one",
            #"lo","x":{"q":1}}"# + a + "\n",
            [(#"lo","x":{"q":1}}"#, 0, .malformed), (a, 1, .recovered)]
        ),
        Damage(
            "an edited number",
            #"{"type":"x","n":2[REDACTED]730,"o":{"type":"y"}}"# + "\n" + a,
            [(#"{"type":"x","n":2[REDACTED]730,"o":{"type":"y"}}"#, 0, .malformed), (a, 0, .ok)]
        ),
        Damage(
            "edited, and glued",
            #"{"n":2[R]7,"o":{"p":1}}"# + a + "\n",
            [(#"{"n":2[R]7,"o":{"p":1}}"#, 0, .malformed), (a, 1, .recovered)]
        ),
        Damage(
            "a lone surrogate",
            #"{"type":"x","t":"\ud83d"}"# + "\n",
            [(#"{"type":"x","t":"\ud83d"}"#, 0, .recovered)]
        ),
        Damage(
            "a raw line break",
            "{\"type\":\"x\",\"t\":\"a\nb\"}\n" + a,
            [("{\"type\":\"x\",\"t\":\"a\nb\"}", 0, .recovered), (a, 0, .ok)]
        ),
        Damage(
            "two raw line breaks, and glued",
            "{\"t\":\"\n\n\"}" + a,
            [("{\"t\":\"\n\n\"}", 0, .recovered), (a, 1, .recovered)]
        ),
        Damage(
            "a stub in a stub",
            "{\"t\":\"x{\"u\":[" + a + "\n",
            [("{\"t\":\"x", 0, .malformed), ("{\"u\":[", 1, .malformed), (a, 2, .recovered)]
        ),
    ]
}
