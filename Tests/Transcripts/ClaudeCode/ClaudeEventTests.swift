import Core
import Testing
import Transcripts

@Suite struct ClaudeEventTests {
    // MARK: Identity

    @Test func `Copies of a line without identifier are one event, others are not`() throws {
        func key(_ line: String, _ path: String = ClaudeFixture.path) throws -> String? {
            try Feeding.claude(line, path: path)?.eventKey
        }
        let title = #"{"type":"ai-title","aiTitle":"t","sessionId":"s"}"#
        #expect(try key(title) != nil)
        #expect(try key(title) == key(title, "p/other.jsonl"))
        #expect(try key(title) != key(title.replacing(#""s""#, with: #""r""#)))
        #expect(try key(title) != key(title.replacing(#""t""#, with: #""u""#)))
        let timed =
            #"{"type":"queue-operation","operation":"dequeue","timestamp":"2026-01-01T00:00:00Z"}"#
        #expect(try key(timed) == key(timed, "p/other.jsonl"))
        #expect(try key(timed) != nil)
        let talk = #"{"type":"user","message":{"role":"user","content":"yes"}}"#
        #expect(try key(talk) == nil)
        #expect(try key(#"{"type":"novel"}"#) == nil)
    }

    @Test func `Reading goes on from any state as if it had not stopped`() throws {
        let snapshot =
            #"{"type":"file-history-snapshot","messageId":"m","snapshot":{"trackedFileBackups":{"a":{"backupFileName":"x@v1","version":1}}}}"#
        let lines = [
            ClaudeFixture.user(#""a""#, uuid: "1"), snapshot,
            ClaudeFixture.attachment("queued_command", #""prompt":"q","commandMode":"prompt""#),
            ClaudeFixture.system("compact_boundary", #""content":"c""#),
            ClaudeFixture.user(#""q""#, #","promptSource":"queued""#, uuid: "2"), snapshot,
            ClaudeFixture.user(#""s""#, #","isCompactSummary":true"#, uuid: "3"), snapshot,
        ]
        let context = try Feeding.context(ClaudeFixture.path, source: "claude-code")
        let whole = try Feeding.claude(lines)
        for split in 0...lines.count {
            var first = ClaudeTranscript(context, state: [])
            var entries = Feeding.read(lines[..<split].joined(separator: "\n").utf8, &first)
            var second = ClaudeTranscript(context, state: first.state)
            #expect(second.state == first.state)
            entries += Feeding.read(lines[split...].joined(separator: "\n").utf8, &second)
            #expect(entries.map(\.facts) == whole.map(\.facts), "\(split)")
            #expect(entries.map(\.session) == whole.map(\.session))
        }
    }

    @Test(arguments: [[], [0], [1], [1, 1, 255, 255], [UInt8](repeating: 255, count: 40)])
    func `A state that makes no sense counts as none`(state: [UInt8]) throws {
        let context = try Feeding.context(ClaudeFixture.path, source: "claude-code")
        let empty = ClaudeTranscript(context, state: []).state
        #expect(ClaudeTranscript(context, state: state).state == empty)
    }

    // MARK: Files

    @Test func `A copy of a file is told once`() throws {
        func snapshot(_ files: String, isUpdate: Bool = false) -> String {
            #"{"type":"file-history-snapshot","messageId":"m","snapshot":{"messageId":"m","trackedFileBackups":{\#(files)},"timestamp":"2026-01-01T00:00:00Z"},"isSnapshotUpdate":\#(isUpdate)}"#
        }
        func backup(_ path: String, _ version: Int, _ name: String = #""x""#) -> String {
            #""\#(path)":{"backupFileName":\#(name),"version":\#(version),"backupTime":"2026-01-01T00:00:0\#(version)Z"}"#
        }
        let entries = try Feeding.claude([
            snapshot(""), snapshot(backup("a", 1), isUpdate: true), snapshot(backup("a", 1)),
            snapshot(backup("a", 2) + "," + backup("b", 1)), snapshot(backup("new", 1, "null")),
            snapshot(backup("b", 1) + "," + backup("a", 3)),
            #"{"type":"file-history-delta","trackingPath":"c","backup":{"backupFileName":"y","version":1},"timestamp":"2026-01-01T00:00:09Z"}"#,
        ])
        #expect(entries.accesses.map(\.path) == ["a", "a", "b", "a", "c"])
        #expect(entries.accesses.allSatisfy { $0.operation == .backup })
        #expect(entries[3].accessOrdinals == [0, 1] && entries[5].accessOrdinals == [1])
        let seconds = entries.accesses.map { $0.timestamp.map { $0.seconds - 1_767_225_600 } }
        #expect(seconds == [1, 2, 1, 3, nil])
        #expect(entries.map { $0.timestamp == nil } == [true, true, true, true, true, true, false])
    }

    private static let attached: [(kind: String, body: String, path: String, text: String?)] = [
        (
            "file",
            #""filename":"/a","content":{"type":"text","file":{"filePath":"/a","content":"xyz"}}"#,
            "/a", "xyz"
        ),
        ("edited_text_file", #""filename":"/a","snippet":"1\tx""#, "/a", "1\tx"),
        ("directory", #""path":"/d","content":"a\nb","displayPath":"d""#, "/d", "a\nb"),
        (
            "nested_memory", #""path":"/m","content":{"path":"/m","content":"be kind"}"#, "/m",
            "be kind"
        ),
        ("compact_file_reference", #""filename":"/a","displayPath":"a""#, "/a", nil),
    ]

    @Test(arguments: attached)
    func `An attached file is an access`(
        kind: String,
        body: String,
        path: String,
        text: String?
    ) throws {
        let entries = try Feeding.claude([ClaudeFixture.attachment(kind, body)])
        #expect(entries.accesses.map(\.path) == [path])
        #expect(entries.accesses.map(\.operation) == [.attach])
        #expect(entries.texts(.meta) == [text].compactMap { $0 })
    }

    @Test func `An attached image is an attachment and an access`() throws {
        let line = ClaudeFixture.attachment(
            "file",
            #""filename":"/i.png","content":{"type":"image","file":{"base64":"AAAA","type":"image/png","originalSize":3}}"#
        )
        let entries = try Feeding.claude([line])
        #expect(entries.accesses.map(\.path) == ["/i.png"] && entries.accesses.first?.size == 3)
        #expect(entries.attachments.map(\.kind) == [.image])
        #expect(entries.attachments.map(\.size) == [3])
        let paper = ClaudeFixture.attachment(
            "file",
            #""filename":"/a.pdf","content":{"type":"pdf","file":{"base64":"AAAA"}}"#
        )
        #expect(try Feeding.claude([paper]).attachments.map(\.kind) == [.document])
    }

    @Test func `What the hooks at the end of a turn say can be searched for`() throws {
        let line = ClaudeFixture.system(
            "stop_hook_summary",
            #""hookCount":1,"hookErrors":["no"],"hookAdditionalContext":["look at x"],"stopReason":"stop""#
        )
        #expect(try Feeding.claude([line]).texts(.system) == ["no\nlook at x\nstop"])
    }

    private static let errors: [(error: String, text: String)] = [
        (#""error":"plain""#, "plain"),
        (#""error":{"message":"long","formatted":"short"}"#, "short"),
        (
            #""error":{"status":529,"headers":{"a":"b"},"error":{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}}"#,
            "Overloaded"
        ),
        (#""error":{"cause":{"code":"ECONNRESET"}}"#, "ECONNRESET"),
        (#""error":{},"cause":{"code":"Gone"}"#, "Gone"),
        (#""error":{},"cause":null"#, ""), (#""retryAttempt":1"#, ""),
        (#""error":{"status":529}"#, #"{"status":529}"#),
    ]

    @Test(arguments: errors)
    func `An error of the service is told in its words`(error: String, text: String) throws {
        let line = ClaudeFixture.system("api_error", error)
        #expect(try Feeding.claude([line]).texts(.apiError) == [text])
    }

    @Test func `What a hook says can be searched for`() throws {
        let entries = try Feeding.claude([
            ClaudeFixture.attachment(
                "hook_success",
                #""content":"","stdout":"ok","stderr":"warn""#
            ),
            ClaudeFixture.attachment("hook_additional_context", #""content":["a","b"]"#),
            ClaudeFixture.attachment(
                "hook_blocking_error",
                #""blockingError":{"blockingError":"no","command":"c"}"#
            ),
        ])
        #expect(entries.map { [$0].texts(.meta) } == [["ok\nwarn"], ["a\nb"], ["no"]])
    }

    // MARK: History

    @Test func `The history of prompts can be searched for and adds no prompts`() throws {
        var history = ClaudeHistory(
            try Feeding.context("history.jsonl", source: "claude-code"),
            state: []
        )
        let text = """
            {"display":"fix it [Pasted text #1]","pastedContents":{"1":{"id":1,"type":"text","content":"log"}},"timestamp":1771651139416,"project":"/w/p","sessionId":"s"}
            {"display":"old","timestamp":1771651139416,"project":"/w/p"}
            {"novel":1}
            """
        let entries = Feeding.read(text.utf8, &history)
        #expect(entries.map(\.kind) == ["history", "history", "history"])
        #expect(entries.map(\.status) == [.ok, .ok, .unknown])
        #expect(entries.messages.map(\.kind) == [.meta, .meta])
        #expect(entries.messages.first?.text == "fix it [Pasted text #1]\nlog")
        #expect(entries.map(\.session) == ["s", nil, nil])
        #expect(entries[0].timestamp?.nanoseconds == 1_771_651_139_416_000_000)
        #expect(entries.sessionFacts.map(\.workingDirectory) == ["/w/p"])
        #expect(entries[0].eventKey != nil && entries[0].eventKey != entries[1].eventKey)
    }
}

extension Entry {
    fileprivate var accessOrdinals: [Int] { [self].accesses.map(\.ordinal) }
}
