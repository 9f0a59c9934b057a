import TestSupport
import Testing
import Transcripts

@Suite("The tolerant parser reads what simdjson reads, and more")
struct TolerantJSONTests {
    @Test("Valid texts give the same value", arguments: 0..<20)
    func agrees(_ seed: UInt64) throws {
        var writer = RandomJSON(seed: seed)
        let parser = try #require(JSONParser())
        for _ in 0..<100 {
            let text = writer.value()
            let bytes = Array(text.utf8)
            let expected = try bytes.padded { try parser.parse(padded: $0) { $0.json() } }
            let result = tolerant(bytes)
            #expect(result.json == expected)
            #expect(result.repairs == [])
            #expect(result.outcome == .complete(bytes.count), "\(text)")
            // What was written is read as the same.
            #expect(tolerant(Array(expected.utf8)).json == expected)
        }
    }

    @Test("Of a text that is not whole it says so, wherever it ends")
    func prefixes() {
        var writer = RandomJSON(seed: 7)
        for _ in 0..<50 {
            let bytes = Array(writer.object().utf8)
            for count in 0..<bytes.count {
                guard case .truncated = tolerant(Array(bytes[..<count])).outcome else {
                    Issue.record("\(String(decoding: bytes[..<count], as: UTF8.self))")
                    return
                }
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var text: [UInt8]
        var json: String
        var repairs: JSONRepairs
        var testDescription: String { json }
        init(_ text: String, _ json: String, _ repairs: JSONRepairs) {
            self.init(Array(text.utf8), json, repairs)
        }
        init(_ text: [UInt8], _ json: String, _ repairs: JSONRepairs) {
            (self.text, self.json, self.repairs) = (text, json, repairs)
        }
    }

    @Test(
        "What simdjson refuses is repaired, and said",
        arguments: [
            Case(#"["\ud83d"]"#, "[\"\u{fffd}\"]", .surrogate),
            Case(#"["\ude00x"]"#, "[\"\u{fffd}x\"]", .surrogate),
            Case(#"["\ud83d\n"]"#, "[\"\u{fffd}\\n\"]", .surrogate),
            Case(#"["\ud83d\u0041"]"#, "[\"\u{fffd}A\"]", .surrogate),
            Case([0x22, 0x61, 0xff, 0x62, 0x22], "\"a\u{fffd}b\"", .encoding),
            Case([0x22, 0xe6, 0xbc, 0x62, 0x22], "\"\u{fffd}b\"", .encoding),
            Case([0x22, 0xed, 0xa0, 0x80, 0x22], "\"\u{fffd}\u{fffd}\u{fffd}\"", .encoding),
            Case("\"a\nb\u{1}\"", #""a\nb\u0001""#, .control),
            Case([0x22, 0x61, 0, 0, 0, 0x62, 0x22], "\"a\u{fffd}b\"", .nul),
            Case([0x5b, 0, 0, 0x31, 0x5d], "[1]", .nul),
            Case("[18446744073709551616]", "[1.8446744073709552e+19]", .number),
            Case("[-9223372036854775809]", "[-9.223372036854776e+18]", .number),
            Case("[1e999,-1e999]", "[1.7976931348623157e+308,-1.7976931348623157e+308]", .number),
            Case("[NaN,-Infinity]", "[null,null]", .number),
            Case(#"["a\Xb"]"#, #"["aXb"]"#, .escape), Case(#"["\u12G"]"#, #"["u12G"]"#, .escape),
        ]
    )
    func repairs(_ example: Case) throws {
        let parser = try #require(JSONParser())
        #expect(throws: JSONParser.Failure.self) {
            try example.text.padded { try parser.parse(padded: $0) { _ in } }
        }
        let result = tolerant(example.text)
        #expect(result.json == example.json)
        #expect(result.repairs == example.repairs)
        #expect(result.repairs.reason != nil)
    }

    @Test("Several values one after another are taken one by one")
    func several() {
        #expect(tolerant(Array(#"{"a":1}{"b":2}"#.utf8)).outcome == .complete(7))
        #expect(tolerant(Array(" 12 34".utf8)).outcome == .complete(3))
    }

    @Test("Nesting is taken to 1,024 and refused beyond")
    func depth() {
        let deep = [UInt8](repeating: 0x5b, count: 1024) + [UInt8](repeating: 0x5d, count: 1024)
        #expect(tolerant(deep).outcome == .complete(2048))
        #expect(tolerant([0x5b] + deep + [0x5d]).outcome == .refused(at: 1024, .depth))
    }

    @Test(
        "What is not JSON is refused where it stops being it",
        arguments: [
            ("{a", 1), ("[1 2]", 3), (#"{"a" 1}"#, 5), ("[01]", 2), ("[1.]", 3), ("tru]", 3),
            (#"{"a":1,}"#, 7), ("[1,]", 3), ("]", 0), (#"{"ab"c"#, 5), ("[-]", 2), ("[1e+]", 4),
        ]
    )
    func refused(_ text: String, _ index: Int) {
        #expect(tolerant(Array(text.utf8)).outcome == .refused(at: index, .syntax))
    }

    @Test("Random bytes never trap", arguments: 0..<20)
    func random(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let alphabet = Array("{}[]\",:\\u0dD8e1-.tfn \n".utf8) + [0, 0xff, 0xe2, 0x80, 0xa8]
        for _ in 0..<500 {
            let count = Int.random(in: 0...40, using: &random)
            let bytes = (0..<count).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            let result = tolerant(bytes)
            if case .complete(let length) = result.outcome {
                #expect(length <= count)
                #expect(tolerant(Array((result.json ?? "").utf8)).json == result.json)
            }
        }
    }
}
