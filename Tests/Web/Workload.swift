import Foundation
import TestSupport

/// Sessions with all that numbers count, by a seed: failures of each kind, interruptions, compactions, findings,
/// files read again, subagents, forks, responses without a price.
struct Workload {
    private var random: SeededRandom
    private var calls = 0
    /// Seconds before now.
    private var ago = 0.0
    private var session = ""
    private var lines: [String] = []

    private static let commands = [
        "git status", "git commit -m 'x y'", "sed -n 1,20p a.swift", "cat a | sed -n 3p",
        "LANG=C sed  -n 's/a/b/p' a", "rm -rf / --no-preserve-root", "ls", "ls *.swift",
        "curl https://api.example/x", "sudo rm -rf /etc; rm -rf /home", "A=1", "echo \"a?b\"",
        "git push --force origin main",
    ]
    private static let paths = [
        "/home/ann/ship/a.swift", "/home/ann/ship/b [1].swift", "/home/ann/.ssh/id_rsa",
        "/home/ann/ship/.env", "/home/ann/ship/sub/c?.md",
    ]
    private static let models = ["claude-opus-4-1", "claude-haiku-4", "unpriced-1"]

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// The lines of a session that began so many days ago.
    mutating func session(_ number: Int, days: Double) -> [String] {
        session = String(format: "5a5a%04d-2222-4333-8444-555566667777", number)
        ago = days * 86_400
        lines = []
        for _ in 0..<Int.random(in: 2...7, using: &random) { turn() }
        if random.oneIn(3) { step(Lines.prompt("one more thing", session: session, ago: ago)) }
        return lines
    }

    private mutating func step(_ line: String) {
        lines.append(line)
        ago = max(1, ago - Double.random(in: 1...400, using: &random))
    }

    private mutating func turn() {
        let words = [
            "fix the test", "architecture of the parser?", "bug in the camera", "ui design",
        ]
        step(Lines.prompt(pick(words), session: session, ago: ago))
        if random.oneIn(5) { compact() }
        for _ in 0..<Int.random(in: 1...6, using: &random) { answer() }
        if random.oneIn(3) { interrupt() }
        if random.oneIn(4) { interrupt() }
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private mutating func interrupt() {
        step(Lines.prompt("[Request interrupted by user]", session: session, ago: ago))
    }

    private mutating func compact() {
        let trigger = pick(["auto", "manual"])
        step(Lines.compaction(trigger, session: session, ago: ago))
        if random.oneIn(2) { step(Lines.summary("what was said", session: session, ago: ago)) }
    }

    private mutating func answer() {
        var content = [
            Lines.said(pick(["done", "The key is AKIAQYLPMN5HFIQR7XYA, keep it.", "ok"]))
        ]
        let again = random.oneIn(4) ? 4 : 1
        let call = tool()
        var results: [String] = []
        for _ in 0..<again {
            calls += 1
            let id = "\(session.prefix(8))-\(calls)"
            content.append(Lines.call(id, call.name, call.input))
            if let line = result(id) { results.append(line) }
        }
        step(
            Lines.answer(
                content,
                id: "m-\(session.prefix(8))-\(calls)",
                session: session,
                ago: ago,
                model: pick(Workload.models),
                output: Int.random(in: 1...500, using: &random)
            )
        )
        for line in results { step(line) }
    }

    private mutating func tool() -> (name: String, input: [String: Any]) {
        switch Int.random(in: 0..<7, using: &random) {
        case 0...2: ("Bash", ["command": pick(Workload.commands)])
        case 3, 4: ("Read", ["file_path": pick(Workload.paths)])
        case 5:
            (
                "Edit",
                ["file_path": pick(Workload.paths), "old_string": "a", "new_string": "b"]
            )
        default: ("mcp__x*y__find?", ["query": "https://docs.example/?q=a"])
        }
    }

    /// Nil for a call that has none.
    private mutating func result(_ id: String) -> String? {
        let wait = random.oneIn(12) ? 700.0 : 2
        let at = max(0.5, ago - wait)
        func line(_ text: String, isError: Bool, _ more: [String: Any] = [:]) -> String {
            Lines.result(id, text, session: session, ago: at, isError: isError, more: more)
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return nil
        case 1: return line("The user doesn't want to proceed with this tool use.", isError: true)
        case 2: return line("", isError: false, ["toolUseResult": ["interrupted": true]])
        case 3:
            let errors = ["File does not exist.", "Command timed out", "no such thing"]
            return line(pick(errors), isError: true)
        default: return line("fine", isError: false)
        }
    }
}
