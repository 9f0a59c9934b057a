import Testing
import Transcripts

@Suite struct ClaudeDamageTests {
    private static let image =
        #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}"#
    private static let lines = [
        ClaudeFixture.user(
            #"[{"type":"text","text":"a"},\#(image)]"#,
            #","isMeta":false,"origin":{"kind":"human"},"promptSource":"typed","forkedFrom":{"sessionId":"x"},"agentId":"a1""#
        ),
        ClaudeFixture.answer(
            #"[{"type":"thinking","thinking":"t"},{"type":"text","text":"b"},{"type":"tool_use","id":"t","name":"Grep","input":{"pattern":"p","path":"/d","questions":[{"question":"q"}],"offset":1,"limit":2}}]"#,
            usage:
                #"{"input_tokens":1,"output_tokens":2,"cache_creation_input_tokens":3,"cache_creation":{"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":1},"server_tool_use":{"web_search_requests":1},"output_tokens_details":{"thinking_tokens":1}}"#,
            more: #","costUSD":0.1,"isApiErrorMessage":false,"supersedesUuids":["x"]"#
        ),
        ClaudeFixture.result(
            #"[{"type":"text","text":"x"},\#(image)]"#,
            #"{"type":"update","filePath":"/a","content":"x","structuredPatch":[{"lines":["+a"]}],"durationMs":1,"durationSeconds":1.5,"interrupted":false,"exitCode":1,"persistedOutputPath":"/p","persistedOutputSize":1}"#,
            isError: true
        ),
        ClaudeFixture.progress(
            "agent_progress",
            #""agentId":"a","message":{"type":"user","uuid":"n","timestamp":"2026-01-01T00:00:00Z","message":{"role":"user","content":"x"}}"#
        ),
        ClaudeFixture.system(
            "compact_boundary",
            #""content":"c","compactMetadata":{"trigger":"auto","preTokens":1},"retractedMessageUuids":["u"]"#
        ),
        ClaudeFixture.system(
            "microcompact_boundary",
            #""microcompactMetadata":{"preTokens":1,"tokensSaved":1}"#
        ),
        ClaudeFixture.system(
            "api_error",
            #""error":{"message":"m"},"hookErrors":["e"],"stopReason":"r""#
        ),
        ClaudeFixture.system("turn_duration", #""durationMs":1"#),
        ClaudeFixture.attachment(
            "queued_command",
            #""prompt":[{"type":"text","text":"x"}],"commandMode":"prompt","origin":{"kind":"human"}"#
        ),
        ClaudeFixture.attachment("file", #""filename":"/a","content":{"file":{"content":"x"}}"#),
        #"{"type":"file-history-snapshot","snapshot":{"trackedFileBackups":{"a":{"backupFileName":"b","version":1,"backupTime":"2026-01-01T00:00:00Z"}},"timestamp":"2026-01-01T00:00:00Z"},"isSnapshotUpdate":true}"#,
        #"{"type":"file-history-delta","trackingPath":"a","backup":{"backupFileName":"b","version":1}}"#,
        #"{"type":"worktree-state","worktreeSession":{"worktreePath":"a"}}"#,
        #"{"type":"summary","summary":"t","leafUuid":"l"}"#,
        #"{"type":"pr-link","prUrl":"u"}"#,
        #"{"type":"queue-operation","operation":"enqueue","content":[{"text":"x"}]}"#,
        #"{"display":"d","timestamp":1,"project":"p","sessionId":"s","pastedContents":{"1":{"content":"c"}}}"#,
        #"{"type":"result","key":"k","agentId":"a","result":{"x":1}}"#,
        #"{"agentType":"a","toolUseId":"t","description":"d"}"#,
        #"{"loglines":[{"type":"user","message":{"content":"x"}}],"entries":[{"sessionId":"s"}]}"#,
    ]

    @Test(arguments: lines)
    func `A value of any type in any place is read without a trap`(line: String) throws {
        let journal = try Feeding.context("p/wf_1/journal.jsonl", source: "claude-code")
        for text in Mutation.texts(of: line) {
            for path in [ClaudeFixture.path, ClaudeFixture.agentPath] {
                #expect(try Feeding.claude([text, line], path: path).count == 2, "\(text)")
            }
            var history = ClaudeHistory(journal, state: [])
            #expect(Feeding.read(text.utf8, &history).count == 1)
            var workflow = ClaudeWorkflowJournal(journal, state: [])
            #expect(Feeding.read(text.utf8, &workflow).count == 1)
            for path in ["s/sessions-index.json", "s/subagents/agent-1.meta.json", "x.json"] {
                #expect(!(try Feeding.claudeDocument(text, path: path)).isEmpty, "\(text)")
            }
        }
    }

    @Test func `Wrong members take nothing from the others`() throws {
        let line =
            #"{"type":"user","uuid":7,"parentUuid":[],"sessionId":{},"timestamp":"never","cwd":1,"version":true,"isSidechain":"x","gitBranch":null,"message":{"role":9,"content":"still said"}}"#
        let entry = try #require(try Feeding.claude(line))
        #expect(entry.status == .ok && entry.timestamp == nil && entry.uuid == nil)
        #expect(entry.session == ClaudeFixture.session)
        #expect([entry].texts(.prompt) == ["still said"])
    }
}
