import CatalogSupport
import Core
import TestSupport

/// Files as tools and crashes leave them: sessions, forks, subagents, rollouts, rewritten messages, damaged lines.
struct TextHistory {
    private(set) var files: [IngestStage.Content] = []
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        for number in 0..<Int.random(in: 2...4, using: &random) { claude(number) }
        codex(8)
        if random.oneIn(2) { codex(9) }
        gemini()
        if random.oneIn(2) { notes() }
    }

    private mutating func add(_ source: String, _ path: String, _ lines: [String]) {
        let number = UInt64(files.count * 37 % 101 + 1)
        files.append(
            IngestStage.Content(
                number: number,
                agent: number % 3,
                source: source,
                path: BytePath(path),
                bytes: damaged(lines)
            )
        )
    }

    /// The lines as bytes, some of them as a crash or a bug leaves them.
    private mutating func damaged(_ lines: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines {
            switch Int.random(in: 0..<40, using: &random) {
            case 0: bytes += Array("no record at all\n".utf8)
            case 1: bytes += [UInt8](repeating: 0, count: Int.random(in: 1..<90, using: &random))
            case 2: bytes += Array(line.utf8.prefix(line.utf8.count / 2))
            case 3: bytes += Array("\n\r\n  \n".utf8)
            case 4: bytes += Array(line.utf8)
            case 5: if bytes.last == 0x0a { bytes.removeLast() }
            case 6: bytes += [0xff, 0xfe, 0x0a]
            default: break
            }
            bytes += Array(line.utf8)
        }
        if random.oneIn(3) { bytes.removeLast(min(bytes.count, 1)) }
        if random.oneIn(4) {
            bytes.removeLast(min(bytes.count, Int.random(in: 1..<200, using: &random)))
        }
        return bytes
    }

    // MARK: Claude Code

    private mutating func claude(_ number: Int) {
        var conversation = Conversation(number + 1)
        var lines: [String] = []
        for _ in 0..<Int.random(in: 1...5, using: &random) { lines += conversation.next() }
        var fork = conversation.forked(number + 32)
        let copied = lines.map { $0.replacing(conversation.session, with: fork.session) }
        for _ in 0..<Int.random(in: 0...2, using: &random) { lines += conversation.next() }
        lines.append(#"{"type":"summary","summary":"What it was","leafUuid":"nowhere"}"# + "\n")
        let folder = "projects/-home-ada-ship/"
        add("claude-code", folder + conversation.session + ".jsonl", lines)
        if random.oneIn(2) {
            add("claude-code", folder + fork.session + ".jsonl", copied + fork.next())
        }
        guard random.oneIn(2) else { return }
        var own = Conversation(number + 64)
        let side = (own.next() + own.next()).map {
            $0.replacing(own.session, with: conversation.session)
                .replacing(#""isSidechain":false"#, with: #""isSidechain":true,"agentId":"a1""#)
        }
        add("claude-code", folder + conversation.session + "/subagents/agent-a1.jsonl", side)
    }

    // MARK: Codex

    private mutating func codex(_ number: Int) {
        let session = "019ed50\(number)-2fb3-7002-a384-360bea6e7f04"
        var lines: [String] = []
        var second = 0
        func line(_ type: String, _ payload: String) {
            second += 1
            let time = "2026-06-17T10:\(second / 50 + 10):\(second % 50 + 10).500Z"
            lines.append(
                #"{"timestamp":"\#(time)","type":"\#(type)","payload":\#(payload)}"# + "\n"
            )
        }
        line("session_meta", #"{"id":"\#(session)","cwd":"/w/p","cli_version":"0.140.0"}"#)
        var (input, output) = (0, 0)
        for turn in 0..<Int.random(in: 1...4, using: &random) {
            line("turn_context", #"{"turn_id":"\#(turn)","cwd":"/w/p","model":"gpt-5.2-codex"}"#)
            line("event_msg", #"{"type":"user_message","message":"do \#(turn)"}"#)
            let call = "call_\(number)_\(turn)"
            line(
                "response_item",
                #"{"type":"function_call","name":"shell_command","arguments":"{\"command\":\"ls \#(turn)\"}","call_id":"\#(call)"}"#
            )
            line(
                "response_item",
                #"{"type":"function_call_output","call_id":"\#(call)","output":"Exit code: 0\nOutput:\na"}"#
            )
            input += Int.random(in: 100..<900, using: &random)
            output += Int.random(in: 1..<90, using: &random)
            line(
                "event_msg",
                #"{"type":"token_count","info":{"total_token_usage":{"input_tokens":\#(input),"cached_input_tokens":0,"output_tokens":\#(output),"reasoning_output_tokens":0,"total_tokens":\#(input + output)}}}"#
            )
            line(
                "response_item",
                #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"done \#(turn)"}]}"#
            )
        }
        add("codex", "sessions/2026/06/17/rollout-2026-06-17T10-07-16-\(session).jsonl", lines)
    }

    // MARK: Others

    private mutating func gemini() {
        var lines = [
            #"{"sessionId":"g1","projectHash":"h","startTime":"2026-04-23T12:52:52.759Z","kind":"main"}"#
                + "\n"
        ]
        for version in 0..<Int.random(in: 1...5, using: &random) {
            let id = "m\(Int.random(in: 0..<3, using: &random))"
            lines.append(
                #"{"id":"\#(id)","timestamp":"2026-04-23T12:53:11.257Z","type":"gemini","content":"said \#(version)","tokens":{"input":\#(version + 50),"output":10,"cached":4,"thoughts":0,"tool":0,"total":60},"model":"gemini-2.5-pro"}"#
                    + "\n"
            )
        }
        add("gemini", "tmp/h/chats/session-1.jsonl", lines)
    }

    private mutating func notes() {
        add(
            "notes",
            "log.jsonl",
            (0..<5).map { #"{"role":"user","content":"note \#($0)","session_id":"n"}"# + "\n" }
        )
    }
}
