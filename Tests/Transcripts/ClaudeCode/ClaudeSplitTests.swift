import Core
import TestSupport
import Testing
import Transcripts

/// Whatever the tool wrote, and however it came.
@Suite struct ClaudeSplitTests {
    private static let image =
        #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}"#

    /// A file with what has a memory: sessions, the queue, copies of files, compactions, subagents; and with damage.
    private static let file: [UInt8] = {
        let snapshot =
            #"{"type":"file-history-snapshot","messageId":"m","snapshot":{"trackedFileBackups":{"a":{"backupFileName":"x@v1","version":1}}}}"#
        let copy = ClaudeFixture.progress(
            "agent_progress",
            #""agentId":"a1","message":{"type":"user","uuid":"n2","message":{"role":"user","content":"ä\n😀"}}"#
        )
        let stub = #"{"parentUuid":"p0","type":"assistant","message":{"id":"msg_0","content":"cut"#
        let lines = [
            #"{"type":"summary","summary":"t","leafUuid":"l"}"#,
            ClaudeFixture.line("mode", #""mode":"x""#, uuid: "1", session: "former"),
            ClaudeFixture.user("[\(image)]", uuid: "2"), snapshot,
            ClaudeFixture.answer(
                #"[{"type":"thinking","thinking":""},{"type":"tool_use","id":"t","name":"Read","input":{"file_path":"/a"}}]"#
            ), copy, copy,
            ClaudeFixture.result(#""Exit code 1\n\ud83d""#, #""Error: x""#, isError: true),
            ClaudeFixture.attachment("queued_command", #""prompt":"q","commandMode":"prompt""#),
            stub + ClaudeFixture.line("system", #""subtype":"compact_boundary""#, uuid: "7"),
            ClaudeFixture.user(#""q""#, #","promptSource":"queued""#, uuid: "3"), snapshot,
            "\0\0\0" + ClaudeFixture.user(#""s""#, #","isCompactSummary":true"#, uuid: "4"),
            snapshot + #"{"type":"ai-title","aiTitle":"t","sessionId":"s"}"#,
            #"{"type":"event-of-tomorrow","detail":{"a":[1,2.5,null]}}"#, "[1]", "", " ",
            "\u{feff}" + ClaudeFixture.user("\"two\nlines\"", uuid: "5"),
            ClaudeFixture.answer(#""last""#, uuid: "6"),
        ]
        return Array(lines.joined(separator: "\n").utf8)
    }()

    private func reading() throws -> Reading {
        var reading = try Reading()
        reading.source = "claude-code"
        reading.path = BytePath(ClaudeFixture.path)
        return reading
    }

    @Test func `What the file says is known`() throws {
        let entries = try reading().entries(Self.file)
        expectCoverage(entries, Self.file)
        #expect(
            entries.map(\.status) == [
                .ok, .ok, .ok, .ok, .ok, .ok, .ok, .recovered, .ok, .malformed, .recovered, .ok,
                .ok, .recovered, .ok, .recovered, .unknown, .malformed, .recovered, .ok,
            ]
        )
        #expect(entries.compactions.count == 1 && entries.texts(.prompt).count == 3)
        #expect(entries.accesses.map(\.operation) == [.backup, .read])
        #expect(entries.sessionFacts.compactMap(\.parentCallID) == ["toolu_9"])
    }

    @Test(arguments: 0..<16)
    func `A file that is cut anywhere gives the same entries`(part: Int) throws {
        let reading = try reading()
        let whole = try reading.entries(Self.file)
        for cut in stride(from: part, through: Self.file.count, by: 16) {
            let entries = try reading.entries(Self.file, cuts: [cut], isRestarted: true)
            #expect(entries == whole, "cut at \(cut)")
        }
    }

    @Test(arguments: 0..<8)
    func `A file that comes in many pieces gives the same entries`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let reading = try reading()
        let whole = try reading.entries(Self.file)
        for _ in 0..<20 {
            let count = Int.random(in: 2...40, using: &random)
            let cuts = (0..<count).map { _ in Int.random(in: 0...Self.file.count, using: &random) }
                .sorted()
            #expect(try reading.entries(Self.file, cuts: cuts) == whole)
            #expect(try reading.entries(Self.file, cuts: cuts, isRestarted: true) == whole)
        }
    }

    @Test func `What is remembered of a long session is bounded`() throws {
        var dialect = ClaudeTranscript(
            try Feeding.context(ClaudeFixture.path, source: "claude-code"),
            state: []
        )
        var lines: [String] = []
        for number in 0..<2_500 {
            lines.append(
                #"{"type":"file-history-delta","trackingPath":"f\#(number)","backup":{"backupFileName":"b\#(number)"}}"#
            )
            lines.append(
                ClaudeFixture.attachment("queued_command", #""prompt":"q\#(number)""#)
            )
            lines.append(
                ClaudeFixture.line("mode", #""mode":"x""#, session: "session \(number)")
            )
        }
        _ = Feeding.read(lines.joined(separator: "\n").utf8, &dialect)
        #expect(dialect.state.count < 24 << 10)
        #expect(dialect.state.count > 1 << 10)
    }

    // MARK: Records that are longer than is read

    @Test func `What is cut out of a long record keeps its size`() throws {
        var reading = try reading()
        reading.window = 16 << 10
        let data = String(repeating: "QUJD", count: 10_000)
        let text = String(repeating: "x", count: 30_000)
        let file = ClaudeFixture.result(
            #"[{"type":"text","text":"\#(text)"}]"#,
            #"{"type":"create","filePath":"/a","content":"\#(text)","structuredPatch":[]}"#
        )
        let image = ClaudeFixture.user(
            #"[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"\#(data)"}}]"#,
            uuid: "2"
        )
        let entries = try reading.entries(Array((file + "\n" + image).utf8))
        #expect(entries.map(\.status) == [.recovered, .recovered])
        #expect(entries.results.map(\.size) == [30_000])
        #expect(entries.accesses.map(\.size) == [30_000])
        #expect(entries.attachments.map(\.size) == [30_000])
        #expect(entries.attachments.map(\.hash) == [nil])
        reading.window = TranscriptReader.window
        let whole = try reading.entries(Array(image.utf8)).attachments
        #expect(whole.map(\.size) == [30_000] && whole.first?.hash != nil)
    }
}
