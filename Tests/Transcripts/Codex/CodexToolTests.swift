import Testing
import Transcripts

@Suite struct CodexToolTests {
    private func call(_ name: String, _ arguments: String, namespace: String? = nil) -> String {
        let space = namespace.map { #","namespace":"\#($0)""# } ?? ""
        return CodexFixture.item(
            #"{"type":"function_call","name":"\#(name)"\#(space),"arguments":"\#(arguments.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))","call_id":"c1"}"#
        )
    }

    private func output(_ text: String, _ type: String = "function_call_output") -> String {
        CodexFixture.item(#"{"type":"\#(type)","call_id":"c1","output":"\#(text)"}"#)
    }

    private func read(_ lines: String...) throws -> [Entry] {
        try Feeding.codex(
            [CodexFixture.meta(), CodexFixture.start(), CodexFixture.context()] + lines
        )
    }

    @Test(arguments: [
        ("shell", #"{"command":["bash","-lc","ls -l"],"workdir":"/w"}"#, "ls -l"),
        ("shell", #"{"command":["git","commit","-m","a b"]}"#, "git commit -m 'a b'"),
        ("shell_command", #"{"command":"make","workdir":"/w"}"#, "make"),
        ("exec_command", #"{"cmd":"rg -n x"}"#, "rg -n x"),
    ])
    func `The command of a call is taken from its arguments`(
        name: String,
        arguments: String,
        command: String
    ) throws {
        let fact = try #require(try read(call(name, arguments)).calls.first)
        #expect(fact.name == name)
        #expect(fact.command == command)
        #expect(fact.input == arguments)
        #expect(fact.callID == "c1")
        #expect(fact.model == "gpt-5.5")
    }

    @Test func `Arguments that are no JSON are kept as they are`() throws {
        let fact = try #require(try read(call("exec_command", "{\"cmd\":")).calls.first)
        #expect(fact.input == "{\"cmd\":")
        #expect(fact.command == nil)
    }

    @Test func `A server's tool is named with its server`() throws {
        let entries = try read(call("ask", #"{"question":"why"}"#, namespace: "mcp__wiki"))
        #expect(entries.calls.map(\.name) == ["mcp__wiki__ask"])
        #expect(entries.calls.map(\.mcpServer) == ["wiki"])
        #expect(entries.calls.map(\.query) == ["why"])
    }

    @Test func `Calls of their own types are calls`() throws {
        let entries = try read(
            CodexFixture.item(
                #"{"type":"local_shell_call","call_id":"l","status":"completed","action":{"type":"exec","command":["sh","-c","pwd"],"working_directory":"/w"}}"#
            ),
            CodexFixture.event(#"{"type":"web_search_end","call_id":"ws_1","query":"swift"}"#),
            CodexFixture.item(
                #"{"type":"web_search_call","status":"completed","action":{"type":"search","query":"swift"}}"#
            ),
            CodexFixture.item(
                #"{"type":"tool_search_call","call_id":"t","execution":"client","arguments":{"query":"pull request"}}"#
            ),
            CodexFixture.item(
                #"{"type":"tool_search_output","call_id":"t","tools":[{"name":"x"}]}"#
            ),
            CodexFixture.item(
                #"{"type":"image_generation_call","id":"ig","result":"AAAA","revised_prompt":"cat"}"#
            ),
            CodexFixture.event(#"{"type":"image_generation_end","call_id":"ig","result":"AAAA"}"#)
        )
        #expect(
            entries.calls.map(\.name) == [
                "local_shell", "web_search", "tool_search", "image_generation",
            ]
        )
        #expect(entries.calls.map(\.callID) == ["l", "ws_1", "t", "ig"])
        #expect(entries.calls.map(\.command) == ["pwd", nil, nil, nil])
        #expect(entries.calls.map(\.query) == [nil, "swift", "pull request", nil])
        #expect(entries.results.map(\.callID) == ["t"])
        #expect(entries.attachments.map(\.size) == [3])
    }

    private static let outputs: [(String, ToolOutcome, Int?, Int?)] = [
        (
            #"{\"output\":\"no\",\"metadata\":{\"exit_code\":1,\"duration_seconds\":0.25}}"#,
            ToolOutcome.error, 1, 250
        ),
        (#"Exit code: 0\nWall time: 0.5 seconds\nOutput:\nfine"#, .success, 0, 500),
        (#"Exit code: 127\nWall time: 2 seconds\nOutput:\nnot found"#, .error, 127, 2_000),
        (
            #"Chunk ID: a1\nWall time: 0.1 seconds\nProcess exited with code 2\nOriginal token count: 3\nOutput:\nbad"#,
            .error, 2, 100
        ),
        (
            #"Chunk ID: a1\nWall time: 1.0 seconds\nProcess running with session ID 7\nOutput:\n"#,
            .success, nil, 1_000
        ),
        (#"Wall time: 0.7 seconds\nOutput:\nfailed to look bad"#, .success, nil, 700),
        (#"apply_patch verification failed: no such line"#, .error, nil, nil),
        (#"exec command rejected by user"#, .denied, nil, nil),
        (#"aborted by user after 3.1s"#, .interrupted, nil, nil),
        (#"Plan updated"#, .success, nil, nil),
    ]

    @Test(arguments: outputs)
    func `An output tells outcome, exit code and time`(
        text: String,
        outcome: ToolOutcome,
        code: Int?,
        time: Int?
    ) throws {
        let fact = try #require(try read(output(text)).results.first)
        #expect(fact.outcome == outcome)
        #expect(fact.exitCode == code.map { Int64($0) })
        #expect(fact.durationMilliseconds == time.map { Int64($0) })
        #expect((fact.errorText != nil) == (outcome != .success))
        #expect(fact.errorText?.contains("Wall time") != true)
    }

    @Test func `Blocks of an output are its text, and images attachments of the call`() throws {
        let entries = try read(
            CodexFixture.item(
                #"{"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:image/jpeg;base64,AAAA"}]}"#
            )
        )
        #expect(entries.results.map(\.size) == [1])
        #expect(entries.attachments.map(\.callID) == ["c1"])
        #expect(entries.attachments.map(\.mediaType) == ["image/jpeg"])
    }

    @Test func `The event of a command's end is the later version of its result`() throws {
        let entries = try read(
            CodexFixture.event(
                #"{"type":"exec_command_end","call_id":"c1","command":["ls"],"parsed_cmd":[{"type":"read","cmd":"cat a","name":"a","path":"a"},{"type":"search","query":"x","path":"src"},{"type":"unknown","cmd":"ls"}],"aggregated_output":"12345","exit_code":1,"duration":{"secs":2,"nanos":1000000},"status":"failed"}"#
            ),
            output("Exit code: 1\\nWall time: 2 seconds\\nOutput:\\n12345")
        )
        #expect(entries.results.map(\.version) == [1, 0])
        #expect(entries.results.map(\.callID) == ["c1", "c1"])
        #expect(entries.results.first?.size == 5)
        #expect(entries.results.first?.durationMilliseconds == 2_001)
        #expect(entries.results.first?.errorText == "12345")
        #expect(entries.accesses.map(\.operation) == [.read, .search])
        #expect(entries.texts(.toolResult).count == 1)
    }

    @Test(arguments: [
        (
            #"{"Ok":{"content":[{"type":"text","text":"abc"}],"isError":false}}"#,
            ToolOutcome.success
        ),
        (#"{"Ok":{"content":[{"type":"text","text":"abc"}],"isError":true}}"#, .error),
        (#"{"Err":"tool call failed"}"#, .error),
    ])
    func `The end of a server's call tells its outcome`(result: String, outcome: ToolOutcome) throws
    {
        let entries = try read(
            CodexFixture.event(
                #"{"type":"mcp_tool_call_end","call_id":"c1","invocation":{"server":"s","tool":"t"},"duration":{"secs":0,"nanos":9000000},"result":\#(result)}"#
            )
        )
        #expect(entries.results.map(\.outcome) == [outcome])
        #expect(entries.results.map(\.durationMilliseconds) == [9])
    }

    private let patch =
        #"*** Begin Patch\n*** Add File: new.txt\n+1\n+2\n*** Update File: a.swift\n*** Move to: b.swift\n@@\n-x\n+y\n*** Delete File: old\n*** End Patch\n"#

    private var patchCall: String {
        CodexFixture.item(
            #"{"type":"custom_tool_call","status":"completed","call_id":"c1","name":"apply_patch","input":"\#(patch)"}"#
        )
    }

    @Test func `A patch touches its files when it is done, and once`() throws {
        let end = CodexFixture.event(
            #"{"type":"patch_apply_end","call_id":"c1","success":true,"stdout":"ok","stderr":"","changes":{"/w/new.txt":{"type":"add","content":"1\n2"},"/w/a.swift":{"type":"update","unified_diff":"@@ -1 +1 @@\n-x\n+y\n","move_path":"/w/b.swift"},"/w/old":{"type":"delete","content":"z\n"}},"status":"completed"}"#
        )
        let done = output(
            "Exit code: 0\\nWall time: 0 seconds\\nOutput:\\nSuccess.",
            "custom_tool_call_output"
        )
        let withEvent = try read(patchCall, end, done)
        #expect(
            withEvent.accesses.map(\.path) == ["/w/new.txt", "/w/b.swift", "/w/a.swift", "/w/old"]
        )
        let without = try read(patchCall, done)
        #expect(without.accesses.map(\.path) == ["new.txt", "b.swift", "a.swift", "old"])
        for entries in [withEvent, without] {
            #expect(entries.accesses.map(\.operation) == [.write, .write, .delete, .delete])
            #expect(entries.accesses.map(\.linesAdded) == [2, 1, nil, 0])
            #expect(entries.accesses.allSatisfy { $0.callID == "c1" })
            #expect(entries.calls.map(\.filePath) == ["new.txt"])
        }
    }

    @Test func `A patch that failed touches nothing`() throws {
        let failed = try read(
            patchCall,
            output("apply_patch verification failed: x", "custom_tool_call_output")
        )
        #expect(failed.accesses.isEmpty)
        #expect(failed.results.map(\.outcome) == [.error])
        let refused = try read(
            patchCall,
            CodexFixture.event(
                #"{"type":"patch_apply_end","call_id":"c1","success":false,"stdout":"","stderr":"no","changes":{"/w/a":{"type":"add","content":"1"}}}"#
            )
        )
        #expect(refused.accesses.isEmpty)
        #expect(refused.results.map(\.errorText) == ["no"])
    }

    @Test func `A patch inside a command touches its files too`() throws {
        let entries = try read(
            CodexFixture.item(
                #"{"type":"function_call","name":"exec_command","call_id":"c1","arguments":"{\"cmd\":\"apply_patch <<'EOF'\\n*** Begin Patch\\n*** Delete File: gone\\n*** End Patch\\nEOF\"}"}"#
            ),
            output("Exit code: 0\\nWall time: 0 seconds\\nOutput:\\nSuccess.")
        )
        #expect(entries.accesses.map(\.path) == ["gone"])
        #expect(entries.accesses.map(\.operation) == [.delete])
    }

    @Test func `A file that is looked at is read`() throws {
        let entries = try read(call("view_image", #"{"path":"/w/a.png"}"#))
        #expect(entries.accesses.map(\.operation) == [.read])
        #expect(entries.calls.map(\.filePath) == ["/w/a.png"])
    }
}
