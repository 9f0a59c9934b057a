import TestSupport
import Testing
import Transcripts

/// A script and its commands' words, one list a command.
struct ShellCase: Sendable, CustomTestStringConvertible {
    var script: String
    var words: [[String]]

    init(_ script: String, _ words: [[String]]) {
        self.script = script
        self.words = words
    }

    var testDescription: String { script }
}

@Suite("A script is split as a shell splits it") struct ShellParserTests {
    @Test(
        "Words, quotes and lists",
        arguments: [
            ShellCase("", []), ShellCase("  \n\n ; ", []), ShellCase("ls -la", [["ls", "-la"]]),
            ShellCase("a 'b c' \"d e\" f\\ g", [["a", "b c", "d e", "f g"]]),
            ShellCase("a \"b \\\"c\\\" \\$d \\n\"", [["a", "b \"c\" $d \\n"]]),
            ShellCase("a $'x\\ty\\n\\x41\\u00e9\\101'", [["a", "x\ty\nAéA"]]),
            ShellCase("a ''", [["a", ""]]), ShellCase("a'b'\"c\"d", [["abcd"]]),
            ShellCase("a && b || c; d & e", [["a"], ["b"], ["c"], ["d"], ["e"]]),
            ShellCase("a | b |& c", [["a"], ["b"], ["c"]]),
            ShellCase("a # b; c\nd", [["a"], ["d"]]),
            ShellCase("a#b", [["a#b"]]), ShellCase("a \\\n  b", [["a", "b"]]),
            ShellCase("(a; b) && { c; }", [["a"], ["b"], ["c"], ["}"]]),
            ShellCase("if a; then b; else c; fi", [["a"], ["b"], ["c"], ["fi"]]),
            ShellCase(
                "for x in 1 2; do rm $x; done",
                [["for", "x", "in", "1", "2"], ["rm", "$x"], ["done"]]
            ),
            ShellCase("f() { rm -rf x; }; f", [["rm", "-rf", "x"], ["}"], ["f"]]),
            ShellCase("function f { a; }", [["a"], ["}"]]),
            ShellCase("case $x in a) b ;; esac", [["case", "$x", "in", "a"], ["b"], ["esac"]]),
            ShellCase("a $(b c) d", [["b", "c"], ["a", "$()", "d"]]),
            ShellCase("a \"x $(b \"$(c)\") y\"", [["c"], ["b", "$()"], ["a", "x $() y"]]),
            ShellCase("a `b \\`c\\``", [["c"], ["b", "$()"], ["a", "$()"]]),
            ShellCase("a <(b) >(c)", [["b"], ["c"], ["a", "<()", ">()"]]),
            ShellCase("a $((1 + (2))) b", [["a", "$()", "b"]]),
            ShellCase("a ${x:-$(b)} c", [["b"], ["a", "${x:-}", "c"]]),
            ShellCase("X=1 Y='2 3' a", [["a"]]), ShellCase("x=(a b) c", [["c"]]),
            ShellCase("a X=1", [["a", "X=1"]]),
            ShellCase("a 'unterminated", [["a", "unterminated"]]),
            ShellCase("a \"b", [["a", "b"]]),
            ShellCase("a $(b", [["b"], ["a", "$()"]]), ShellCase("a {b,c}", [["a", "{b,c}"]]),
            ShellCase("a \"it's\" 'say \"x\"'", [["a", "it's", "say \"x\""]]),
            ShellCase("! a", [["a"]]), ShellCase("a;b", [["a"], ["b"]]),
            ShellCase("ü 'ö ä'", [["ü", "ö ä"]]),
        ]
    )
    func words(_ example: ShellCase) {
        let commands = ParsedCommand.commands(in: example.script)
        #expect(commands.map { $0.words.map(\.text) }.filter { !$0.isEmpty } == example.words)
    }

    @Test("Redirections are no words")
    func redirections() {
        let commands = ParsedCommand.commands(in: "a > x 2>&1 >> y < z &> w 2>/dev/null b")
        #expect(commands.map { $0.words.map(\.text) } == [["a", "b"]])
        #expect(commands[0].redirections.map(\.sign) == [">", ">&", ">>", "<", ">", ">"])
        #expect(
            commands[0].redirections.map(\.target.text) == ["x", "1", "y", "z", "w", "/dev/null"]
        )
    }

    @Test(
        "A here-document is its command's input",
        arguments: [
            ("cat <<EOF > f\nrm -rf /\nEOF\nls", "rm -rf /\n"), ("cat <<'E F'\na\nE F\nls", "a\n"),
            ("cat <<-X\n\ta\n\tX\nls", "a\n"), ("cat <<< 'a b'\nls", "a b"),
            ("cat <<X\na\nls", "a\nls\n"),
        ]
    )
    func documents(_ script: String, _ body: String) {
        let commands = ParsedCommand.commands(in: script)
        #expect(commands[0].document == body)
        #expect(commands.dropFirst().allSatisfy { $0.words.map(\.text) == ["ls"] })
    }

    @Test("A here-document in a substitution ends there")
    func nestedDocument() {
        let script = "git commit -m \"$(cat <<'EOF'\nfix: it's \"rm -rf /\"\nEOF\n)\" && ls"
        let commands = ParsedCommand.commands(in: script)
        #expect(commands.map { $0.words.first?.text } == ["cat", "git", "ls"])
        #expect(commands[0].document == "fix: it's \"rm -rf /\"\n")
    }

    @Test("An unquoted here-document runs its substitutions")
    func runningDocument() {
        let names = { ParsedCommand.commands(in: $0).map { $0.words.first?.text } }
        #expect(names("cat <<X\n$(rm a)\nX\n") == ["cat", "rm"])
        #expect(names("cat <<'X'\n$(rm a)\nX\n") == ["cat"])
    }

    @Test("Pipelines have a number, and places in them")
    func pipelines() {
        let commands = ParsedCommand.commands(in: "a | b | c; d")
        #expect(commands.map(\.position) == [0, 1, 2, 0])
        #expect(Set(commands.prefix(3).map(\.pipeline)).count == 1)
        #expect(commands[3].pipeline != commands[0].pipeline)
        #expect(commands.map(\.range) == [0..<1, 4..<5, 8..<9, 11..<12])
    }

    @Test(
        "Hostile scripts end",
        arguments: [
            "$(", "`", "\"$(", "(", "<<A ", "${", "$((", "\\", "'", "a|", "<(", "{ ", "x=(",
            "a <<<", "eval ", "bash -c '",
        ]
    )
    func hostile(_ piece: String) {
        let script = String(repeating: piece, count: 30_000 / piece.utf8.count)
        let duration = processorTime { _ = CommandRisk(script) }
        #expect(duration < .seconds(20))
    }
}
