import Core
import Testing

@Suite("Paths are bytes")
struct BytePathTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var path: [UInt8]
        var contained: Bool
        var testDescription: String { BytePath(path).description }
        init(_ text: String, _ contained: Bool) {
            self.path = Array(text.utf8)
            self.contained = contained
        }
        init(_ path: [UInt8], _ contained: Bool) {
            self.path = path
            self.contained = contained
        }
    }

    @Test(
        "Only a path strictly inside its folder is contained",
        arguments: [
            Case("a", true), Case("a/b.jsonl", true), Case("a/..b", true), Case("...", true),
            Case("", false), Case("/a", false), Case("a//b", false), Case("a/", false),
            Case("..", false), Case("a/../b", false), Case("./a", false), Case("a/.", false),
            Case([97, 0, 98], false), Case([0xff, 0xfe], true), Case([10, 10], true),
            Case([UInt8](repeating: 97, count: 256), false),
        ]
    )
    func contained(_ example: Case) {
        #expect(BytePath(example.path).isContained == example.contained)
    }

    @Test("Parent and last component take a path apart again")
    func parts() {
        let path: BytePath = "/home/u/x.jsonl"
        #expect(path.parent == "/home/u")
        #expect(path.lastComponent == "x.jsonl")
        #expect(path.parent.appending(path.lastComponent) == path)
        #expect(path.relative(to: "/home") == "u/x.jsonl")
        #expect(path.relative(to: "/hom") == nil)
        #expect(BytePath("/a").parent == "/")
    }

    @Test("A name that is no text is shown escaped")
    func printable() {
        #expect(BytePath([97, 0xff, 10]).description == "a\\xff\\x0a")
        #expect(BytePath("grüße").description == "grüße")
    }
}
