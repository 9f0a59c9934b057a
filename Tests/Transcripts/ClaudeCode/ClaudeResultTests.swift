import Testing
import Transcripts

@Suite struct ClaudeResultTests {
    private static func result(
        _ content: String,
        _ detail: String? = nil,
        isError: Bool = false,
        more: String = ""
    ) throws -> ToolResultFact? {
        let line = ClaudeFixture.result(content, detail, isError: isError, more)
        return try Feeding.claude([line]).results.first
    }

    private static let outcomes: [(text: String, detail: String?, isError: Bool, is: ToolOutcome)] =
        [
            ("fine", #"{"stdout":"fine","interrupted":false}"#, false, .success),
            ("", #"{"interrupted":true}"#, false, .interrupted),
            ("Exit code 1\\nno", #""Error: Exit code 1\nno""#, true, .error),
            ("<tool_use_error>File does not exist.</tool_use_error>", nil, true, .error),
            ("<tool_use_error>x</tool_use_error>", nil, false, .error),
            (
                "The user doesn't want to proceed with this tool use.",
                #""User rejected tool use""#, true, .denied
            ),
            ("The user doesn't want to take this action right now.", nil, true, .denied),
            ("no", #""Error: The user doesn't want to proceed""#, true, .denied),
            ("Permission to use Bash has been denied.", nil, true, .denied),
            (
                "Claude requested permissions to write to /a, but you haven't granted it yet.", nil,
                true, .denied
            ),
            ("[Request interrupted by user for tool use]", nil, true, .interrupted),
            ("The user doesn't want to is what I grepped", nil, false, .success),
        ]

    @Test(arguments: outcomes)
    func `An outcome is what the result says`(
        text: String,
        detail: String?,
        isError: Bool,
        outcome: ToolOutcome
    ) throws {
        let fact = try #require(try Self.result(#""\#(text)""#, detail, isError: isError))
        #expect(fact.outcome == outcome)
        #expect((fact.errorText == nil) == (outcome == .success))
    }

    @Test func `A tool of the service fails without a mark`() throws {
        func outcome(_ content: String) throws -> ToolOutcome? {
            let block =
                #"{"type":"web_search_tool_result","tool_use_id":"s","content":\#(content)}"#
            return try Feeding.claude([ClaudeFixture.answer("[\(block)]")]).results.first?.outcome
        }
        let failed = #"{"type":"web_search_tool_result_error","error_code":"max_uses_exceeded"}"#
        #expect(try outcome(failed) == .error)
        #expect(try outcome(#"[{"type":"web_search_result","url":"u"}]"#) == .success)
        #expect(try outcome(#"{"type":"web_fetch_result","url":"u"}"#) == .success)
    }

    @Test func `Without a content the details tell the result`() throws {
        let line = ClaudeFixture.user(
            #"[{"type":"tool_result","tool_use_id":"t","is_error":true}]"#,
            #","toolUseResult":"Error: Exit code 2\nno""#
        )
        let entries = try Feeding.claude([line])
        #expect(entries.texts(.toolResult) == ["Error: Exit code 2\nno"])
        #expect(entries.results.map(\.exitCode) == [2])
        #expect(entries.results.first?.errorText == "Error: Exit code 2\nno")
        let detail = #""Error: Exit code 3\nx""#
        #expect(try Self.result(#""x""#, detail, isError: true)?.exitCode == 3)
        #expect(try Self.result(#""x""#, #"{"wasInterrupted":true}"#)?.outcome == .interrupted)
    }

    @Test func `An image that stands in the details only is an attachment`() throws {
        let detail =
            #"{"type":"image","file":{"base64":"AAAA","type":"image/png","originalSize":3,"filePath":"/i"}}"#
        let block = #"{"type":"image","source":{"type":"base64","media_type":"x","data":"BBBB"}}"#
        for content in ["null", "[]", #""""#] {
            let found = try Feeding.claude([ClaudeFixture.result(content, detail)]).attachments
            #expect(found.map(\.size) == [3] && found.map(\.path) == ["/i"])
            #expect(found.first?.kind == .image && found.first?.callID == "toolu_1")
        }
        let both = try Feeding.claude([ClaudeFixture.result("[\(block)]", detail)]).attachments
        #expect(both.map(\.mediaType) == ["x"])
    }

    @Test func `A denial that the line names is one`() throws {
        let fact = try Self.result(#""x""#, isError: true, more: #","toolDenialKind":"auto""#)
        #expect(fact?.outcome == .denied)
    }

    @Test func `Numbers of a result are told`() throws {
        #expect(try Self.result(#""Exit code 127\nx""#, isError: true)?.exitCode == 127)
        #expect(try Self.result(#""Exit code 127""#)?.exitCode == nil)
        #expect(try Self.result(#""x""#, #"{"exitCode":3,"status":"failed"}"#)?.exitCode == 3)
        let times = [
            (#"{"durationMs":12}"#, 12), (#"{"totalDurationMs":34}"#, 34),
            (#"{"durationSeconds":1.5}"#, 1_500),
        ]
        for (detail, milliseconds) in times {
            let fact = try Self.result(#""x""#, detail)
            #expect(fact?.durationMilliseconds == Int64(milliseconds))
        }
        #expect(try Self.result(#""äx""#)?.size == 3)
        let long = String(repeating: "e", count: 3_000)
        #expect(try Self.result(#""\#(long)""#, isError: true)?.errorText?.count == 2_000)
    }

    private static let types: [(content: String, detail: String?, type: String?)] = [
        (#""x""#, nil, "text"), ("[]", nil, "blocks"), ("null", nil, nil),
        (#""x""#, #""Error""#, "string"), ("[]", "[]", "blocks"), (#""x""#, "{}", "object"),
        (#""x""#, #"{"type":"create"}"#, "create"), (#""x""#, #"{"mode":"content"}"#, "content"),
        (#""x""#, #"{"status":"completed"}"#, "completed"),
        (#""x""#, #"{"type":"file_unchanged"}"#, "file_unchanged"),
    ]

    @Test(arguments: types)
    func `A result has a type`(content: String, detail: String?, type: String?) throws {
        #expect(try Self.result(content, detail)?.type == type)
    }

    @Test func `A subagent's usage in its call's result adds nothing`() throws {
        let detail =
            #"{"status":"completed","agentId":"a7","content":[{"type":"text","text":"done"}],"totalDurationMs":5,"totalTokens":900,"usage":{"input_tokens":800,"output_tokens":100}}"#
        let line = ClaudeFixture.result(#"[{"type":"text","text":"done"}]"#, detail)
        let entries = try Feeding.claude([line])
        #expect(entries.responses.isEmpty)
        #expect(entries.results.first?.agentID == "a7")
        #expect(entries.texts(.toolResult) == ["done"])
    }

    @Test func `The parts of a content are told`() throws {
        let line = ClaudeFixture.result(
            #"[{"type":"text","text":"a"},{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"AAA="}},{"type":"tool_reference","tool_name":"LSP"},{"type":"novel","k":1},"b"]"#,
            #"{"persistedOutputPath":"/t/x.txt","persistedOutputSize":77}"#
        )
        let entries = try Feeding.claude([line])
        #expect(entries.texts(.toolResult) == ["a\nLSP\n{\"type\":\"novel\",\"k\":1}\nb"])
        #expect(entries.attachments.map(\.kind) == [.image, .spilled])
        #expect(entries.attachments.map(\.size) == [2, 77])
        #expect(entries.attachments.map(\.ordinal) == [0, 1])
        #expect(entries.attachments.last?.path == "/t/x.txt")
        #expect(entries.attachments.first?.callID == "toolu_1")
        #expect(
            try Feeding.claude([ClaudeFixture.result(#"{"text":"o"}"#)]).texts(.toolResult) == ["o"]
        )
    }

    private static let changes:
        [(detail: String, is: FileOperation, added: Int64, removed: Int64)] = [
            (
                #"{"filePath":"/a","oldString":"x","newString":"y","originalFile":null,"structuredPatch":[{"oldStart":1,"lines":[" c","-x","+y","+z"]}]}"#,
                .edit, 2, 1
            ),
            (
                #"{"filePath":"/a","edits":[],"structuredPatch":[{"lines":["+y"]},{"lines":["-q"]}]}"#,
                .edit, 1, 1
            ),
            (
                #"{"type":"update","filePath":"/a","content":"y","structuredPatch":[{"lines":["+y"]}]}"#,
                .write, 1, 0
            ),
            (
                #"{"type":"create","filePath":"/a","content":"y\nz\n","structuredPatch":[]}"#,
                .write, 2, 0
            ),
        ]

    @Test(arguments: changes)
    func `A result tells the lines of the access that its call told`(
        detail: String,
        operation: FileOperation,
        added: Int64,
        removed: Int64
    ) throws {
        let access = try #require(
            try Feeding.claude([ClaudeFixture.result(#""ok""#, detail)]).accesses.first
        )
        #expect(access.path == "/a" && access.operation == operation)
        #expect(access.callID == "toolu_1")
        #expect(access.linesAdded == added && access.linesRemoved == removed)
    }

    @Test func `The details of a line with two results belong to neither`() throws {
        let entries = try Feeding.claude([
            ClaudeFixture.user(
                #"[{"type":"tool_result","tool_use_id":"a","content":"x"},{"type":"tool_result","tool_use_id":"b","content":"y"}]"#,
                #","toolUseResult":{"durationMs":5}"#
            )
        ])
        #expect(entries.results.map(\.durationMilliseconds) == [nil, nil])
        #expect(entries.results.map(\.block) == [0, 1])
    }
}
