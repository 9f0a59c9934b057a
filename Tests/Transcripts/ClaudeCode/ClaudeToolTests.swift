import Testing
import Transcripts

@Suite struct ClaudeToolTests {
    struct Call: Sendable {
        var name: String
        var input: String
        var path: String?
        var command: String?
        var query: String?
        var directory: String?
        var access: FileOperation?
        var range: String?
    }

    private static let calls = [
        Call(name: "Bash", input: #"{"command":"ls","description":"d"}"#, command: "ls"),
        Call(name: "PowerShell", input: #"{"command":"dir"}"#, command: "dir"),
        Call(name: "Read", input: #"{"file_path":"/a"}"#, path: "/a", access: .read),
        Call(
            name: "Read",
            input: #"{"file_path":"/a","offset":5,"limit":9}"#,
            path: "/a",
            access: .read,
            range: "5+9"
        ),
        Call(
            name: "Edit",
            input: #"{"file_path":"/a","old_string":"x"}"#,
            path: "/a",
            access: .edit
        ),
        Call(
            name: "MultiEdit",
            input: #"{"file_path":"/a","edits":[]}"#,
            path: "/a",
            access: .edit
        ),
        Call(
            name: "Write",
            input: #"{"file_path":"/a","content":"x"}"#,
            path: "/a",
            access: .write
        ),
        Call(name: "NotebookEdit", input: #"{"notebook_path":"/n"}"#, path: "/n", access: .edit),
        Call(name: "NotebookRead", input: #"{"notebook_path":"/n"}"#, path: "/n", access: .read),
        Call(
            name: "Grep",
            input: #"{"pattern":"x","path":"/d"}"#,
            query: "x",
            directory: "/d",
            access: .search
        ),
        Call(name: "Glob", input: #"{"pattern":"*.c"}"#, query: "*.c"),
        Call(name: "LS", input: #"{"path":"/d"}"#, directory: "/d", access: .list),
        Call(name: "View", input: #"{"file_path":"/a"}"#, path: "/a", access: .read),
        Call(
            name: "GlobTool",
            input: #"{"pattern":"x","path":"/d"}"#,
            query: "x",
            directory: "/d",
            access: .search
        ),
        Call(name: "WebFetch", input: #"{"url":"https://a"}"#, query: "https://a"),
        Call(name: "WebSearch", input: #"{"query":"q"}"#, query: "q"),
        Call(name: "ToolSearch", input: #"{"query":"q"}"#, query: "q"),
        Call(name: "AskUserQuestion", input: #"{"questions":[{"question":"why"}]}"#, query: "why"),
        Call(name: "Task", input: #"{"description":"look","prompt":"p"}"#, query: "look"),
        Call(name: "Agent", input: #"{"description":"look"}"#, query: "look"),
        Call(name: "Skill", input: #"{"skill":"pdf"}"#, query: "pdf"),
        Call(name: "LSP", input: #"{"operation":"hover","filePath":"/a"}"#, path: "/a"),
        Call(name: "mcp__fs__read_file", input: #"{"path":"/a"}"#, path: "/a"),
        Call(name: "TodoWrite", input: #"{"todos":[]}"#),
        Call(name: "Bash", input: "null"), Call(name: "Bash", input: #""text""#),
        Call(name: #"Task\" >\n<parameter name=\"description"#, input: "{}"),
        Call(name: "", input: "{}"),
    ]

    @Test(arguments: calls)
    func `An input tells what it is about`(call: Call) throws {
        let entries = try Feeding.claude([ClaudeFixture.call(call.name, call.input)])
        let fact = try #require(entries.calls.first)
        #expect(fact.callID == "toolu_1" && fact.block == 0)
        #expect(fact.filePath == call.path && fact.command == call.command)
        #expect(fact.query == call.query && fact.targetDirectory == call.directory)
        #expect(fact.response == ResponseKey(messageID: "msg_1", requestID: "req_1"))
        #expect(entries.accesses.map(\.operation) == [call.access].compactMap { $0 })
        #expect(entries.accesses.first?.callID == (call.access == nil ? nil : "toolu_1"))
        #expect(entries.accesses.first?.range == call.range)
        #expect(entries.texts(.toolUse) == [call.command ?? fact.input])
    }

    @Test func `The server of an MCP tool is told, and the whole input kept`() throws {
        let input = #"{"b":[1,null,{"c":"x"}],"a":true}"#
        let fact = try #require(
            try Feeding.claude([ClaudeFixture.call("mcp__linear-server__create_issue", input)])
                .calls.first
        )
        #expect(fact.mcpServer == "linear-server" && fact.input == input)
        let plain = try Feeding.claude([ClaudeFixture.call("snake__case", "{}")]).calls
        #expect(plain.first?.mcpServer == nil)
    }

    @Test func `A call without identifier is told by its block`() throws {
        let line = ClaudeFixture.answer(
            #"[{"type":"text","text":"a"},{"type":"tool_use","name":"Bash","input":{}}]"#
        )
        let fact = try #require(try Feeding.claude([line]).calls.first)
        #expect(fact.callID == nil && fact.block == 1)
    }

    @Test func `Calls and results may be lines of their own`() throws {
        let entries = try Feeding.claude([
            ClaudeFixture.line("tool_use", #""id":"t","name":"bash","input":{"command":"ls"}"#),
            ClaudeFixture.line("tool_result", #""tool_use_id":"t","output":"x""#, uuid: "u2"),
            ClaudeFixture.line(
                "tool",
                #""message":{"content":[{"type":"tool_result","tool_use_id":"u","content":"y"}]}"#,
                uuid: "u3"
            ),
        ])
        #expect(entries.calls.map(\.command) == ["ls"])
        #expect(entries.results.map(\.callID) == ["t", "u"])
        #expect(entries.texts(.toolResult) == ["x", "y"])
    }
}
