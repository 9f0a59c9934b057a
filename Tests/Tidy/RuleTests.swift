import Testing

/// Each rule on a few lines that break it, and on some that look as if they did.
@Suite("The rules find what they are for")
struct RuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var isOffence: Bool
        var room = "Core"
        var testDescription: String { (isOffence ? "bad: " : "good: ") + text }
        init(_ text: String, bad isOffence: Bool, room: String = "Core") {
            self.text = text
            self.isOffence = isOffence
            self.room = room
        }
        var file: SourceFile { SourceFile(path: "Sources/\(room)/A.swift", text: text) }
    }

    @Test(
        "Unproven traps",
        arguments: [
            Case("let a = try! b()", bad: true), Case("let a = b as! C", bad: true),
            Case("let a = b!", bad: true), Case("let a = b[0]!.c", bad: true),
            Case("f(a()!)", bad: true), Case("var a: B!", bad: true),
            Case("final class A: @unchecked Sendable {", bad: true),
            Case("nonisolated(unsafe) var a = 1", bad: true),
            Case("let a = \"x \\(b!) y\"", bad: true),
            Case("let a = b! // b was set above", bad: false),
            Case(
                "/// Unchecked because nothing changes.\nfinal class A: @unchecked Sendable {",
                bad: false
            ),
            Case("/// Why.\n@frozen\nstruct A: @unchecked Sendable {", bad: false),
            Case("if a != b { }", bad: false), Case("if !a { }", bad: false),
            Case("guard a, !b else { }", bad: false), Case("let a = \"Look out!\"", bad: false),
            Case("let a = #\"as! \"# + \"\"\"\n try! \n\"\"\"", bad: false),
            Case("// let a = try! b()", bad: false),
            Case("/* a! /* b! */ c! */ let a = 1", bad: false),
        ]
    )
    func unsafety(_ example: Case) {
        #expect(!Rules.unsafety(example.file).isEmpty == example.isOffence)
    }

    @Test(
        "Imports",
        arguments: [
            Case("import Foundation", bad: true), Case("package import Glibc", bad: true),
            Case("import func Glibc.open", bad: true), Case("import CXXHash", bad: false),
            Case("import CXXHash", bad: true, room: "Wire"), Case("import Core", bad: false),
            Case("import Glibc", bad: false, room: "Platform"), Case("// import Glibc", bad: false),
            Case("internal import CSQLite", bad: false, room: "SQL"),
        ]
    )
    func imports(_ example: Case) {
        #expect(!Rules.foreignImports(example.file).isEmpty == example.isOffence)
    }

    @Test(
        "Documentation",
        arguments: [
            Case("package struct A {}", bad: true), Case("package func a() {}", bad: true),
            Case("    package static func a() {}", bad: true),
            Case("package final class A {}", bad: true),
            Case("@inlinable package mutating func a() {}", bad: true),
            Case("package init?(_ a: Int) { nil }", bad: true),
            Case("package init(a: Int) { self.a = a + 1 }", bad: true),
            Case("// Not a doc comment.\npackage struct A {}", bad: true),
            Case("/// What it is.\npackage struct A {}", bad: false),
            Case("/// What it is.\n@inlinable\npackage func a() {}", bad: false),
            Case("package init(a: Int) { self.a = a }", bad: false),
            Case("package init(\n a: Int\n) {\n    self.a = a\n    self.b = b\n}", bad: false),
            Case("package init() {}", bad: false), Case("package var a = 1", bad: false),
            Case("package static func < (a: A, b: A) -> Bool { true }", bad: false),
            Case("struct A {}", bad: false),
        ]
    )
    func documentation(_ example: Case) {
        #expect(!Rules.documentation(example.file).isEmpty == example.isOffence)
    }

    @Test("Long functions", arguments: [70, 71])
    func functions(_ count: Int) {
        let body = String(repeating: "    a(\"}\")\n", count: count - 2)
        let text =
            "struct A {\n    package static func a() {\n" + body + "    }\n    let b = 1\n}\n"
        #expect(Rules.functions(Case(text, bad: false).file).isEmpty == (count <= 70))
        let call = "let a = A.init(\n" + body + ")\n"
        #expect(Rules.functions(Case(call, bad: false).file).isEmpty)
    }

    @Test("Long files", arguments: [600, 601])
    func files(_ count: Int) {
        let text = String(repeating: "let a = 1\n", count: count)
        #expect(Rules.length(Case(text, bad: false).file).isEmpty == (count <= 600))
    }

    @Test(
        "The concurrency runtime",
        arguments: [
            Case("func a() async {}", bad: true), Case("await b()", bad: true),
            Case("actor A {}", bad: true), Case("Task { }", bad: true),
            Case("let a = \"await\"", bad: false), Case("let awaited = 1", bad: false),
            Case("struct TaskList {}", bad: false),
        ]
    )
    func concurrency(_ example: Case) {
        #expect(!Rules.concurrency(example.file).isEmpty == example.isOffence)
    }

    @Test("Leftovers and places held")
    func leftovers() {
        #expect(!Rules.leftovers(Case("// TO" + "DO: later", bad: true).file).isEmpty)
        #expect(Rules.leftovers(Case("let mastodon = 1", bad: false).file).isEmpty)
        #expect(!Rules.placeholders(Case("// Nothing yet.\n\n", bad: true).file).isEmpty)
        #expect(Rules.placeholders(Case("import Core\n", bad: false).file).isEmpty)
    }
}
