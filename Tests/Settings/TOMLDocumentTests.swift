import Core
import TestSupport
import Testing

@testable import Settings

@Suite("TOML documents")
struct TOMLDocumentTests {
    @Test("Every type arrives with its key and place")
    func types() throws {
        let text = """
            [a]
            text = "x\\n\\u00e9"
              count = -5
            ratio = 1.5
            flag = true
            day = 2026-01-02
            list = ["p", [1], { q = 2 }]
            [b.c]
            d.e = 1
            """
        let document = try TOMLDocument(Samples.file(text))
        #expect(document.entries.map(\.key) == ["a", "b"])
        let table = try #require(entries(document.entries[0].value))
        #expect(table.map(\.key) == ["text", "count", "ratio", "flag", "day", "list"])
        #expect(table.map(\.position.line) == [2, 3, 4, 5, 6, 7])
        #expect(table[1].position.column == 3)
        #expect(
            table.map(\.value.description) == [
                "\"x\\né\"", "the number -5", "the number 1.5", "true", "a date or time",
                "an array",
            ]
        )
        guard case .array(let list) = table[5].value else {
            Issue.record("no array")
            return
        }
        #expect(list.map(\.description) == ["\"p\"", "an array", "a table"])
        let nested = try #require(entries(document.entries[1].value))
        #expect(nested.map(\.key) == ["c"])
        #expect(try #require(entries(nested[0].value)).map(\.key) == ["d"])
    }

    @Test(
        "A file that cannot be read says where and why",
        arguments: [
            ("[agent\nhold = true", "agent.conf:1:7: error while parsing table header: "),
            ("[agent]\nhold = \n", "agent.conf:2:8: error while parsing key-value pair: "),
            ("[agent]\nhold = true\nhold = true", "agent.conf:3:5: error while parsing key-value"),
            ("a = \"\u{1}\"", "agent.conf:1:6: error while parsing string: "),
        ]
    )
    func syntax(text: String, message: String) {
        let problems = Samples.agentProblems([Samples.file(text)])
        #expect(problems.hasPrefix(message), "\(problems)")
    }

    @Test("Invalid UTF-8 is an error with its place")
    func invalidUTF8() {
        let file = ConfigurationFile(
            name: "agent.conf",
            bytes: Array("[agent]\nname = \"".utf8) + [0xff]
        )
        #expect(Samples.agentProblems([file]).hasPrefix("agent.conf:2:"))
    }

    @Test("A file or line without bounds is refused before it is parsed")
    func bounds() {
        let line = String(repeating: "a", count: ConfigurationFile.maximumLineBytes + 1)
        #expect(
            Samples.agentProblems([Samples.file("\n\n" + line)])
                == "agent.conf:3:1: the line is longer than 4096 bytes; "
                + "break it up (an array may go over several lines)"
        )
        let large = String(repeating: "#\n", count: ConfigurationFile.maximumBytes / 2 + 1)
        #expect(
            Samples.agentProblems([Samples.file(large)])
                == "agent.conf:1:1: the file is larger than 256 KiB; is it a configuration file?"
        )
    }

    @Test("The deepest keys that fit are parsed and refused, not crashed on")
    func deepKeys() {
        let key = Array(repeating: "a", count: ConfigurationFile.maximumLineBytes / 2 - 8)
            .joined(separator: ".")
        #expect(
            Samples.agentProblems([Samples.file("[" + key + "]")]).hasPrefix(
                "agent.conf:1:2: unknown table [a]"
            )
        )
    }

    @Test("5,000 mutated files never crash the parser", arguments: [UInt64(1), 2, 3, 4, 5])
    func mutations(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let original = Array(
            """
            [agent]
            hold_limit = "1.5GiB" # a comment
            rate_limit = 'unlimited'
            [receiver."prod"]
            address = "[::1]:7625"
            only = ["codex", "notes"]
            [source.notes]
            include = ["~/n/{a,[b-c]}/**/*.md"]
            exclude = [ \"\"\"x\"\"\", ]
            [x]
            y = { z = 1, w = 1979-05-27T07:32:00Z, v = 0x1f, u = inf }
            """.utf8
        )
        for _ in 0..<1000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &random) { mutate(&bytes, &random) }
            let file = ConfigurationFile(name: "f", bytes: bytes)
            _ = Samples.agentProblems([file])
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        let index = Int.random(in: 0..<max(1, bytes.count), using: &random)
        guard index < bytes.count else { return }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        case 2:
            bytes.insert(
                Array("[]{}\"'.=,#\n\\*$~".utf8).randomElement(using: &random) ?? 0,
                at: index
            )
        case 3: bytes.removeLast(min(bytes.count, Int.random(in: 1...40, using: &random)))
        default:
            let end = min(bytes.count, index + Int.random(in: 1...30, using: &random))
            bytes.insert(
                contentsOf: Array(bytes[index..<end]),
                at: Int.random(in: 0...index, using: &random)
            )
        }
    }

    private func entries(_ value: TOMLValue) -> [TOMLEntry]? {
        guard case .table(let entries) = value else { return nil }
        return entries
    }
}
