import Catalog
import TestSupport
import Testing

@testable import Web

/// What changed between two texts.
@Suite struct DiffTests {
    /// The text that a diff makes of another.
    private func apply(_ diff: LineDiff, to old: [String]) -> [String] {
        var lines: [String] = []
        var place = 1
        for hunk in diff.hunks {
            while place < hunk.oldStart {
                lines.append(old[place - 1])
                place += 1
            }
            for line in hunk.lines {
                if line.first != "-" { lines.append(String(line.dropFirst())) }
                if line.first != "+" { place += 1 }
            }
        }
        return lines + old.dropFirst(place - 1)
    }

    @Test("A diff makes the new text of the old, for any two texts", arguments: 0..<60)
    func random(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        func some(_ count: Int) -> [String] {
            (0..<count).map { _ in
                ["a", "b", "c", "", "d e"][Int.random(in: 0..<5, using: &random)]
            }
        }
        let old = some(Int.random(in: 0..<40, using: &random))
        var new = old
        for _ in 0..<Int.random(in: 0..<6, using: &random) {
            let place = Int.random(in: 0...new.count, using: &random)
            if Bool.random(using: &random) {
                new.insert(contentsOf: some(2), at: place)
            } else if place < new.count {
                new.remove(at: place)
            }
        }
        let text = { (lines: [String]) in lines.map { $0 + "\n" }.joined() }
        let diff = LineDiff(old: text(old), new: text(new))
        #expect(apply(diff, to: old) == new)
        if old == new { #expect(diff.hunks.isEmpty) }
    }

    @Test("What is far from a change is left out")
    func context() {
        let old = (1...50).map { "line \($0)\n" }.joined()
        let diff = LineDiff(old: old, new: old.replacing("line 25\n", with: "changed\n"))
        #expect(diff.hunks.count == 1)
        #expect(diff.hunks[0].oldStart == 22)
        #expect(diff.hunks[0].lines.count == 8)
    }

    @Test("Patches of Codex are read file by file")
    func patch() {
        let text = """
            *** Begin Patch
            *** Update File: a.txt
            @@
             same
            -old
            +new
            *** Add File: b.txt
            +hello
            *** End Patch
            """
        let diffs = CallDiff.input(text, path: nil)
        #expect(diffs.map(\.path) == ["a.txt", "b.txt"])
        #expect(diffs.map(\.operation) == ["edit", "create"])
        #expect(diffs[0].diff.hunks[0].lines == [" same", "-old", "+new"])
    }

    @Test(
        "A session's command holds nothing that is no word of its own",
        arguments: [
            ("claude-code", "5a5a-1", "/home/ann", "cd '/home/ann' && claude --resume 5a5a-1"),
            ("claude-code", "5a5a-1", "/it's", "cd '/it'\\''s' && claude --resume 5a5a-1"),
            ("codex", "abc", nil, "codex resume abc"),
            ("claude-code", "x; rm -rf /", "/", nil), ("claude-code", "-x", "/", nil),
            ("claude-code", "abc", "/a\nb", "claude --resume abc"), ("gemini", "abc", "/", nil),
        ] as [(String, String, String?, String?)]
    )
    func resume(_ tool: String, _ session: String, _ folder: String?, _ command: String?) {
        #expect(ResumeCommand.command(tool, session, folder) == command)
    }

    @Test("Hosts are told without names and passwords")
    func hosts() {
        #expect(WebHost.first(in: "curl https://ann:secret@api.example:8443/x?y") == "api.example")
        #expect(WebHost.first(in: "curl 'http://[::1]/'") == nil)
        #expect(WebHost.first(in: "ls") == nil)
    }
}
