/// Lines of a rollout as Codex writes them.
enum CodexFixture {
    static let session = "019ed50c-2fb3-7002-a384-360bea6e7f04"
    /// A turn of that session: its UUID is younger.
    static let turn = "019ed50c-a0fa-7fc3-960f-b274cd3ba498"
    /// A session that was forked from it later.
    static let fork = "019ed60c-2fb3-7002-a384-360bea6e7f04"
    static let forkTurn = "019ed60c-a0fa-7fc3-960f-b274cd3ba498"

    static func line(
        _ type: String,
        _ payload: String,
        at second: Int = 0,
        _ more: Int = 0
    ) -> String {
        let time = "2026-06-17T10:\(pad(7 + second / 60)):\(pad(second % 60)).\(more + 100)Z"
        return #"{"timestamp":"\#(time)","type":"\#(type)","payload":\#(payload)}"#
    }

    static func meta(_ id: String = session, _ more: String = "", at second: Int = 0) -> String {
        line(
            "session_meta",
            #"{"id":"\#(id)","timestamp":"2026-06-17T10:06:46.240Z","cwd":"/w/p","originator":"codex-tui","cli_version":"0.140.0","git":{"commit_hash":"c0","branch":"main","repository_url":"https://example.org/p.git"}\#(more)}"#,
            at: second
        )
    }

    static func event(_ payload: String, at second: Int = 1) -> String {
        line("event_msg", payload, at: second)
    }

    static func item(_ payload: String, at second: Int = 1) -> String {
        line("response_item", payload, at: second)
    }

    static func start(_ turn: String = turn, at second: Int = 1) -> String {
        event(#"{"type":"task_started","turn_id":"\#(turn)"}"#, at: second)
    }

    static func context(
        _ turn: String = turn,
        model: String = "gpt-5.5",
        at second: Int = 1
    ) -> String {
        line(
            "turn_context",
            #"{"turn_id":"\#(turn)","cwd":"/w/p","model":"\#(model)","effort":"xhigh"}"#,
            at: second
        )
    }

    /// A count of tokens; `last` is given where it is not the whole total.
    static func count(_ total: [Int], last: [Int]? = nil, at second: Int = 2) -> String {
        func usage(_ parts: [Int]) -> String {
            #"{"input_tokens":\#(parts[0]),"cached_input_tokens":\#(parts[1]),"output_tokens":\#(parts[2]),"reasoning_output_tokens":\#(parts[3]),"total_tokens":\#(parts[0] + parts[2])}"#
        }
        return event(
            #"{"type":"token_count","info":{"total_token_usage":\#(usage(total)),"last_token_usage":\#(usage(last ?? total)),"model_context_window":258400},"rate_limits":null}"#,
            at: second
        )
    }

    private static func pad(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
}
