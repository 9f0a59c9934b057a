import Transcripts

/// Lines of a transcript as Claude Code writes them.
enum ClaudeFixture {
    static let session = "4b2030ed-5563-49ea-b703-6a002f2d3cc8"
    static let path = "projects/-w-p/\(session).jsonl"
    static let agentPath = "projects/-w-p/\(session)/subagents/agent-a2018e5.jsonl"

    /// A line with the common envelope; `body` is the rest of its members.
    static func line(
        _ type: String,
        _ body: String,
        uuid: String = "u1",
        session: String = session,
        time: String = "2026-02-21T05:18:59.416Z"
    ) -> String {
        #"{"parentUuid":"p0","isSidechain":false,"userType":"external","cwd":"/w/p","sessionId":"\#(session)","version":"2.1.49","gitBranch":"main","entrypoint":"cli","type":"\#(type)",\#(body),"uuid":"\#(uuid)","timestamp":"\#(time)"}"#
    }

    static func user(_ content: String, _ more: String = "", uuid: String = "u1") -> String {
        line("user", #""message":{"role":"user","content":\#(content)}\#(more)"#, uuid: uuid)
    }

    static func answer(
        _ blocks: String,
        usage: String = #"{"input_tokens":3,"output_tokens":9}"#,
        uuid: String = "a1",
        more: String = ""
    ) -> String {
        line(
            "assistant",
            #""message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-6","content":\#(blocks),"stop_reason":"end_turn","usage":\#(usage)},"requestId":"req_1"\#(more)"#,
            uuid: uuid
        )
    }

    static func call(_ name: String, _ input: String, id: String = "toolu_1") -> String {
        answer(#"[{"type":"tool_use","id":"\#(id)","name":"\#(name)","input":\#(input)}]"#)
    }

    static func result(
        _ content: String,
        _ detail: String? = nil,
        isError: Bool = false,
        _ more: String = ""
    ) -> String {
        let mark = isError ? #","is_error":true"# : ""
        let detail = detail.map { #","toolUseResult":\#($0)"# } ?? ""
        return user(
            #"[{"type":"tool_result","tool_use_id":"toolu_1","content":\#(content)\#(mark)}]"#,
            detail + more,
            uuid: "r1"
        )
    }

    static func system(_ subtype: String, _ body: String) -> String {
        line("system", #""subtype":"\#(subtype)",\#(body)"#)
    }

    static func attachment(_ type: String, _ body: String = #""x":1"#) -> String {
        line("attachment", #""attachment":{"type":"\#(type)",\#(body)}"#)
    }

    static func progress(_ type: String, _ body: String = #""x":1"#) -> String {
        line("progress", #""data":{"type":"\#(type)",\#(body)},"parentToolUseID":"toolu_9""#)
    }
}

extension Feeding {
    static func claude(_ lines: [String], path: String = ClaudeFixture.path) throws -> [Entry] {
        var dialect = ClaudeTranscript(try context(path, source: "claude-code"), state: [])
        return read(lines.joined(separator: "\n").utf8, &dialect)
    }

    /// The only entry of one line.
    static func claude(_ line: String, path: String = ClaudeFixture.path) throws -> Entry? {
        try claude([line], path: path).first
    }

    static func claudeDocument(_ text: String, path: String) throws -> [Entry] {
        var dialect = ClaudeMeta(try context(path, source: "claude-code"), state: [])
        let position = RecordPosition(offset: 0, length: UInt64(text.utf8.count))
        return parse(text.utf8) { dialect.read(document: $0, at: position) } ?? []
    }
}
