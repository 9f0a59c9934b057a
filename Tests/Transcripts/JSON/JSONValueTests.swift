import Testing
import Transcripts

@Suite struct JSONValueTests {
    private func parsing<Result>(_ text: String, _ body: (JSONValue) -> Result) throws -> Result {
        let parser = try #require(JSONParser())
        var bytes = Array(text.utf8)
        let count = bytes.count
        bytes += [UInt8](repeating: 0, count: JSONParser.padding)
        return try bytes.withUnsafeBytes {
            try parser.parse(padded: UnsafeRawBufferPointer(rebasing: $0[..<count]), body)
        }
    }

    @Test func `Members and elements are walked in their order`() throws {
        let text =
            #"{"a":[1,-2,{"b":[]},"x"],"c":{"d":1.5,"e":18446744073709551615},"f":null,"g":true}"#
        try parsing(text) { root in
            #expect(root.members.map { $0.name.string } == ["a", "c", "f", "g"])
            #expect(root["a"]?.elements.map(\.kind) == [.integer, .integer, .object, .string])
            #expect(root["a"]?.elements.map(\.int) == [1, -2, nil, nil])
            #expect(root["c"]?["d"]?.double == 1.5)
            #expect(root["c"]?["e"]?.int == nil)
            #expect(root["f"]?.isNull == true)
            #expect(root["g"]?.bool == true)
            #expect(root["h"] == nil)
        }
    }

    @Test func `Escapes are resolved in strings`() throws {
        try parsing(#"{"k":"a\n\u00e9\ud83d\ude00"}"#) { root in
            #expect(root["k"]?.string == "a\né😀")
            #expect(root["k"]?.equals("a\né😀") == true)
        }
    }

    @Test func `What is not JSON is refused with a reason`() {
        #expect(throws: JSONParser.Failure.self) { try parsing("{\"a\":") { _ in } }
    }
}
