import Core
import Foundation
import TestSupport

/// Sessions of Claude Code and Codex with the shares, lengths and repetitions that real ones have.
///
/// Kinds of lines, medians and spreads are those of some hundred real sessions: a result stands in its line twice, a
/// response on several lines, thinking has a signature that nothing compresses, and more than half of all text is text
/// that the session had before.
struct LikelySessions {
    private(set) var files: [IngestStage.Content] = []
    private var random: SeededRandom
    private var prose = LikelyText()
    private var lines = ""
    private var time = 0.0
    private var session = ""
    private var parent: String?

    /// Sessions of about so many bytes.
    init(seed: UInt64, bytes: Int) {
        random = SeededRandom(seed: seed)
        var total = 0
        while total < bytes {
            (lines, parent) = ("", nil)
            prose.beginSession(&random)
            session = identifier()
            time = Double.random(in: 0..<2_000_000, using: &random)
            let size = Int(min(max(prose.length(180_000, 1.2, &random), 8_000), 1_500_000))
            let isCodex = random.oneIn(3)
            if isCodex { codex(size) } else { while lines.utf8.count < size { claudeTurn() } }
            let path = isCodex ? "sessions/2026/01/31/rollout-" : "projects/-home-ann-ship/"
            files.append(
                IngestStage.Content(
                    number: UInt64(files.count + 1),
                    agent: 1,
                    source: isCodex ? "codex" : "claude-code",
                    path: BytePath(path + session + ".jsonl"),
                    bytes: Array(lines.utf8)
                )
            )
            total += lines.utf8.count
        }
    }

    // MARK: Pieces

    private mutating func number(_ range: Range<Int>) -> Int {
        Int.random(in: range, using: &random)
    }

    private mutating func hex(_ count: Int) -> String {
        String((0..<count).map { _ in "0123456789abcdef".randomElement(using: &random) ?? "0" })
    }

    private mutating func identifier() -> String {
        "\(hex(8))-\(hex(4))-4\(hex(3))-a\(hex(3))-\(hex(12))"
    }

    private mutating func text(_ median: Double, _ spread: Double) -> String {
        prose.text(Int(min(max(prose.length(median, spread, &random), 12), 200_000)), &random)
    }

    private mutating func now(_ pause: Double) -> String {
        time += Double.random(in: 0..<pause, using: &random)
        return WallTime(nanoseconds: Int64((1_768_000_000 + time) * 1e9)).iso8601
    }

    // MARK: Claude Code

    private mutating func line(_ type: String, _ pause: Double, _ rest: String) {
        let id = identifier()
        let above = parent.map { "\"\($0)\"" } ?? "null"
        parent = id
        lines += """
            {"parentUuid":\(above),"isSidechain":false,"userType":"external","cwd":"/home/ann/ship",\
            "sessionId":"\(session)","version":"2.1.20","gitBranch":"main","type":"\(type)",\(rest),\
            "uuid":"\(id)","timestamp":"\(now(pause))"}

            """
    }

    private mutating func claudeTurn() {
        line("user", 120, "\"message\":{\"role\":\"user\",\"content\":\"\(text(140, 1.4))\"}")
        let steps = number(1..<13)
        for step in 0..<steps { claudeStep(isLast: step == steps - 1) }
        line("system", 60, "\"subtype\":\"turn_duration\",\"durationMs\":\(number(0..<200_000))")
    }

    private mutating func claudeStep(isLast: Bool) {
        let (message, request) = ("msg_" + hex(20), "req_" + hex(20))
        let usage = """
            {"input_tokens":\(number(0..<12)),"cache_creation_input_tokens":\(number(0..<3000)),\
            "cache_read_input_tokens":\(number(9000..<150_000)),"output_tokens":\(number(20..<900)),\
            "service_tier":"standard"}
            """
        func answer(_ block: String) -> String {
            """
            "message":{"model":"claude-opus-4-6","id":"\(message)","type":"message","role":"assistant",\
            "content":[\(block)],"stop_reason":null,"usage":\(usage)},"requestId":"\(request)"
            """
        }
        if number(0..<5) < 2 {
            let block = """
                {"type":"thinking","thinking":"\(text(500, 1))","signature":"\(hex(16 * number(20..<80)))"}
                """
            line("assistant", 8, answer(block))
        }
        if isLast || random.oneIn(2) {
            line("assistant", 8, answer("{\"type\":\"text\",\"text\":\"\(text(260, 1.2))\"}"))
        }
        guard !isLast else { return }
        let call = "toolu_" + hex(22)
        let (use, result, details) = tool()
        line("assistant", 8, answer("{\"type\":\"tool_use\",\"id\":\"\(call)\",\(use)}"))
        for _ in 0..<(random.oneIn(8) ? 4 : number(0..<2)) {
            let output = text(300, 1.5)
            line(
                "progress",
                3,
                """
                "data":{"type":"bash_progress","output":"\(output)","elapsedTimeSeconds":3},\
                "parentToolUseID":"\(call)"
                """
            )
        }
        line(
            "user",
            20,
            """
            "message":{"role":"user","content":[{"tool_use_id":"\(call)","type":"tool_result",\
            "is_error":false,"content":"\(result)"}]},"toolUseResult":\(details)
            """
        )
    }

    /// Name and input of a call, what the model gets, and what the tool notes beside it.
    private mutating func tool() -> (use: String, result: String, details: String) {
        let path = "/home/ann/ship/Sources/\(prose.word(&random))/\(prose.word(&random)).swift"
        let kind = number(0..<12)
        if (7..<9).contains(kind) { return edit(path) }
        let result = text(650, 1.65)
        let use: String
        switch kind {
        case 0..<4:
            use = """
                "name":"Bash","input":{"command":"swift test --filter \(prose.word(&random)) | tail",\
                "description":"\(prose.word(&random))"}
                """
        case 4..<7: use = "\"name\":\"Read\",\"input\":{\"file_path\":\"\(path)\"}"
        case 9..<11:
            use =
                "\"name\":\"Grep\",\"input\":{\"pattern\":\"\(prose.word(&random)).*x\",\"path\":\"\(path)\"}"
        default:
            use = """
                "name":"Write","input":{"file_path":"\(path)","content":"\(text(1500, 1.2))"}
                """
        }
        return (use, result, "{\"stdout\":\"\(result)\",\"stderr\":\"\",\"interrupted\":false}")
    }

    /// An edit notes the whole file as it was: an eighth of all bytes are such.
    private mutating func edit(
        _ path: String
    ) -> (use: String, result: String, details: String) {
        let (old, new) = (text(250, 1), text(350, 1))
        let use = """
            "name":"Edit","input":{"file_path":"\(path)","old_string":"\(old)","new_string":"\(new)"}
            """
        let details = """
            {"filePath":"\(path)","oldString":"\(old)","newString":"\(new)",\
            "originalFile":"\(text(7000, 0.9))","structuredPatch":[{"oldStart":7,"lines":\
            ["-\(old)","+\(new)"]}],"userModified":false,"replaceAll":false}
            """
        return (use, "The file \(path) has been updated successfully.", details)
    }

    // MARK: Codex

    private mutating func record(_ type: String, _ payload: String) {
        lines += "{\"timestamp\":\"\(now(6))\",\"type\":\"\(type)\",\"payload\":{\(payload)}}\n"
    }

    private mutating func codex(_ size: Int) {
        record(
            "session_meta",
            """
            "id":"\(session)","cwd":"/home/ann/ship","originator":"codex_cli_rs","cli_version":"0.98.0",\
            "base_instructions":{"text":"\(prose.text(24_000, &random))"}
            """
        )
        var (input, output) = (0, 0)
        while lines.utf8.count < size {
            let instructions = prose.text(1200, &random)
            record(
                "turn_context",
                """
                "cwd":"/home/ann/ship","model":"gpt-5.2-codex","effort":"high",\
                "user_instructions":"\(instructions)"
                """
            )
            said("user", "input_text", "user_message", 160)
            for _ in 0..<number(2..<16) {
                codexCall()
                let (more, out) = (number(8_000..<98_000), number(50..<1500))
                input += more
                output += out
                record("event_msg", tokens((input, output), (more, out)))
            }
            said("assistant", "output_text", "agent_message", 450)
        }
    }

    private mutating func said(_ role: String, _ type: String, _ event: String, _ median: Double) {
        let text = text(median, 1.2)
        record(
            "response_item",
            "\"type\":\"message\",\"role\":\"\(role)\",\"content\":[{\"type\":\"\(type)\",\"text\":\"\(text)\"}]"
        )
        record("event_msg", "\"type\":\"\(event)\",\"message\":\"\(text)\"")
    }

    private mutating func codexCall() {
        let call = "call_" + hex(24)
        record(
            "response_item",
            "\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":\"\(hex(16 * number(30..<150)))\""
        )
        record(
            "response_item",
            """
            "type":"function_call","name":"shell_command",\
            "arguments":"{\\"command\\":\\"rg \(prose.word(&random))\\"}","call_id":"\(call)"
            """
        )
        record(
            "response_item",
            """
            "type":"function_call_output","call_id":"\(call)",\
            "output":"Exit code: 0\\nOutput:\\n\(text(500, 1.8))"
            """
        )
    }

    private func tokens(_ total: (Int, Int), _ last: (Int, Int)) -> String {
        func usage(_ count: (Int, Int)) -> String {
            """
            {"input_tokens":\(count.0),"cached_input_tokens":0,"output_tokens":\(count.1),\
            "reasoning_output_tokens":0,"total_tokens":\(count.0 + count.1)}
            """
        }
        return """
            "type":"token_count","info":{"total_token_usage":\(usage(total)),\
            "last_token_usage":\(usage(last)),"model_context_window":272000}
            """
    }
}
