import TestSupport
import Testing
import Transcripts

@Suite("Signals of a session's course") struct SignalsTests {
    private func call(
        _ name: String,
        _ hash: UInt64 = 0,
        file: String? = nil,
        at ordinal: Int = 0,
        fails: Bool = false
    ) -> SignalCall {
        SignalCall(
            name: name,
            inputHash: hash,
            commandClass: name,
            edits: file.map { [$0] } ?? [],
            ordinal: ordinal,
            isFailure: fails
        )
    }

    @Test(
        "Two equal calls are no retry, three are two",
        arguments: [(1, 0), (2, 0), (3, 2), (5, 4)]
    )
    func retries(_ count: Int, _ retries: Int) {
        let calls = [call("a")] + (0..<count).map { _ in call("b", 1) } + [call("b", 2)]
        #expect(SessionSignals(calls: calls).retries == retries)
    }

    @Test(
        "Three edits of a file within ten messages are churn",
        arguments: [([0, 5, 9], 1), ([0, 5, 10], 0), ([0, 1], 0), ([0, 20, 21, 22], 1)]
    )
    func churn(_ ordinals: [Int], _ churn: Int) {
        #expect(
            SessionSignals(calls: ordinals.map { call("Edit", file: "f", at: $0) }).churn == churn
        )
    }

    @Test("A loop is twelve calls of one kind that fail")
    func loops() {
        let failing = (0..<12).map { call("Bash", UInt64($0), fails: $0 < 3) }
        #expect(SessionSignals(calls: failing).isLooping)
        #expect(!SessionSignals(calls: Array(failing.dropLast())).isLooping)
        #expect(
            !SessionSignals(calls: (0..<12).map { call("t\($0 % 6)", UInt64($0), fails: $0 < 3) })
                .isLooping
        )
        #expect(
            SessionSignals(calls: (0..<12).map { call("t\($0 % 6)", UInt64($0), fails: $0 < 6) })
                .isLooping
        )
    }

    @Test("Health, by hand")
    func health() {
        var signals = SessionSignals()
        #expect(signals.healthScore == 100 && signals.grade == "A")
        signals = SessionSignals(calls: (0..<3).map { call("a", UInt64($0), fails: true) })
        #expect(signals.healthScore == 81 && signals.grade == "B")
        signals.outcome = .errored
        #expect(signals.healthScore == 51 && signals.grade == "D")
        signals.failures = 100
        signals.retries = 100
        signals.churn = 100
        signals.compactions = 9
        signals.midTaskCompactions = 9
        signals.peakPressure = 0.91
        #expect(signals.healthScore == 0 && signals.grade == "F")
    }

    @Test("One shot")
    func oneShot() {
        let turns: [[OneShot.Step]] = [
            [.edit(path: "a"), .command, .edit(path: "b")],
            [.edit(path: "a"), .command, .edit(path: "a")], [.command],
            [.edit(path: "a"), .edit(path: "a"), .command],
        ]
        #expect(OneShot.count(turns) == (3, 2))
        #expect(OneShot.rate([[]]) == nil)
    }

    @Test("A compaction is mid-task when two tools go on")
    func midTask() {
        #expect(MidTask.isMidTask(before: ["Read", "Edit"], after: ["Edit", "Read"]))
        #expect(
            !MidTask.isMidTask(
                before: ["Read", "Edit"],
                after: ["Edit", "Edit", "Edit", "Edit", "Edit", "Read"]
            )
        )
        #expect(
            !MidTask.isMidTask(
                before: ["Read"] + Array(repeating: "Edit", count: 10),
                after: ["Edit", "Read"]
            )
        )
    }

    @Test("Redundancy is measured from one compaction to the next")
    func redundancy() {
        var meter = RedundancyMeter()
        #expect(meter.percent == nil)
        meter.add(hash: 1, tokens: 100)
        let again = meter.add(hash: 1, tokens: 100)
        #expect(again)
        #expect(meter.percent == 50)
        meter.compact()
        #expect(meter.percent == nil)
        let anew = meter.add(hash: 1, tokens: 200)
        #expect(!anew)
        #expect(meter.percent == 0)
    }

    @Test("White space does not tell texts apart, and short ones are not told apart at all")
    func normalised() {
        func bytes(_ text: String) -> [UInt8]? {
            NormalisedText.withBytes(of: text) { [UInt8]($0) }
        }
        let long = String(repeating: "ä", count: 199)
        #expect(bytes(long + "b") == nil)
        #expect(bytes(long + "bc") == Array((long + "bc").utf8))
        #expect(bytes("\n " + long + "\t\u{a0} b  ") == Array((long + " b").utf8))
    }

    @Test(
        "White space of any kind at any place is one space, or none at the ends",
        arguments: 0..<50
    )
    func anySpace(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let parts = [
            "a", "Z", "~", "x1", "\u{7f}", "\u{1}", "ä", "語", "\u{feff}", " ", " ", " ", "  ", "\n",
            "\t",
            "\u{b}", "\r\n", "\u{1f}", "\u{85}", "\u{a0}", "\u{1680}", "\u{2003}", "\u{3000}",
        ]
        for _ in 0..<40 {
            var text = ""
            for _ in 0..<Int.random(in: 200...600, using: &random) {
                text += parts.randomElement(using: &random) ?? ""
            }
            let found = NormalisedText.withBytes(of: text) { String(decoding: $0, as: UTF8.self) }
            guard let found else { continue }
            let words = text.unicodeScalars.split { scalar in
                scalar.properties.isWhitespace || (0x1c...0x1f).contains(scalar.value)
            }
            #expect(found == words.map { String($0) }.joined(separator: " "))
        }
    }

    @Test("Efficiency")
    func efficiency() {
        #expect(ContextEfficiency(results: 1999, redundant: 0, failed: 0, junk: 0).score == nil)
        #expect(
            ContextEfficiency(results: 2000, redundant: 100, failed: 100, junk: 200).score == 80
        )
        #expect(
            ContextEfficiency.isJunk("a/node_modules/b.js") && !ContextEfficiency.isJunk("src/dist")
        )
    }

    @Test(
        "Classes of errors",
        arguments: [
            (
                "The user doesn't want to proceed with this tool use.", "user_rejected",
                "User Interruption"
            ),
            ("[Request interrupted by user for tool use]", "user_interrupted", "User Interruption"),
            ("Command timed out after 2m 0.0s", "timeout", "Command Timeout"),
            ("File has not been read yet. Read it first", "file_not_read", "File Not Read"),
            ("File has been modified since read, either", "file_modified", "File Modified"),
            (
                "File content (1 tokens) exceeds maximum allowed tokens", "file_too_large",
                "File Too Large"
            ),
            ("String to replace not found in file.", "content_not_found", "Content Not Found"),
            ("ls: x: No such file or directory", "file_not_found", "Content Not Found"),
            ("ModuleNotFoundError: No module named 'x'", "module_not_found", "Content Not Found"),
            ("No changes to make: old_string and", "no_changes", "No Changes"),
            ("bash: x: Permission denied", "permission_denied", "Permission Error"),
            ("cd to '/x' was blocked. For security", "blocked", "Permission Error"),
            ("zsh: command not found: x", "command_not_found", "Tool Not Found"),
            (
                "File is a Jupyter Notebook. Use the NotebookRead to read this file.", "wrong_tool",
                "Wrong Tool"
            ),
            ("Traceback (most recent call last):", "runtime", "Code Runtime Error"),
            (
                "error while attempting to bind on address ('::', 1)", "port_in_use",
                "Port Binding Error"
            ),
            ("SyntaxError: invalid", "syntax", "Syntax Error"),
            (
                "Found 2 matches of the string to replace, but replace_all is false.",
                "not_unique_match", "Syntax Error"
            ),
            (
                "Cell with ID \"ab1\" not found in notebook.", "notebook_cell_not_found",
                "Notebook Cell Not Found"
            ), ("[Details] Error: Error", "other", "Other Tool Errors"),
            ("Exit code 1", "command_failed", "Other"),
            ("connect ECONNREFUSED 127.0.0.1:5432", "network", "Other"), ("hm", "other", "Other"),
            ("", "other", "Other"),
            ("<tool_use_error>InputValidationError: Read failed", "invalid_input", "Other"),
            ("EISDIR: illegal operation", "is_folder", "Other"),
            // The surest sign counts, wherever it stands, but no sign beyond the first 8 KiB.
            ("exit code 1: panic: Command Not Found", "command_not_found", "Tool Not Found"),
            (String(repeating: "-", count: 8187) + "EPERM", "permission_denied", "Other"),
            (String(repeating: "-", count: 8188) + "EPERM", "other", "Other"),
        ]
    )
    func errors(_ text: String, _ kind: String, _ sniffly: String) {
        #expect(ErrorClass.of(text: text) == kind)
        #expect(SnifflyErrorCategory.of(text: text) == sniffly)
    }
}
