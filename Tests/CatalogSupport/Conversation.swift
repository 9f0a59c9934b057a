/// A Claude Code session that is being written, a turn at a time, and what its rows must add up to.
///
/// A turn has 6 records: a prompt, an answer of three blocks with one response, the result of its call, and an
/// answer with a response of its own.
package struct Conversation {
    /// What the rows of some turns are.
    package struct Sums: Equatable, Sendable {
        package var entries = 0
        package var messages = 0
        package var prompts = 0
        package var responses = 0
        package var calls = 0
        package var output = 0

        package init(
            entries: Int = 0,
            messages: Int = 0,
            prompts: Int = 0,
            responses: Int = 0,
            calls: Int = 0,
            output: Int = 0
        ) {
            self.entries = entries
            self.messages = messages
            self.prompts = prompts
            self.responses = responses
            self.calls = calls
            self.output = output
        }

        package static func * (one: Sums, count: Int) -> Sums {
            Sums(
                entries: one.entries * count,
                messages: one.messages * count,
                prompts: one.prompts * count,
                responses: one.responses * count,
                calls: one.calls * count,
                output: one.output * count
            )
        }
    }

    /// Of one turn.
    package static let turn = Sums(
        entries: 6,
        messages: 6,
        prompts: 1,
        responses: 2,
        calls: 1,
        output: 57
    )

    package private(set) var session: String
    package private(set) var turns = 0
    private var last: String?

    /// `number` tells it from others.
    package init(_ number: Int) { session = Conversation.name(number) }

    /// Another session that goes on from here.
    package func forked(_ number: Int) -> Conversation {
        var fork = self
        fork.session = Conversation.name(number)
        return fork
    }

    private static func name(_ number: Int) -> String {
        "5e551000-0000-4000-8000-" + hex(number, 12)
    }

    private static func hex(_ number: Int, _ count: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: count - digits.count) + digits
    }

    /// The lines of the next turn; `words` stand in its prompt.
    package mutating func next(_ words: String = "make it work") -> [String] {
        turns += 1
        let key = "\(session.suffix(4))-\(turns)"
        let minute = String(turns % 60 + 100).suffix(2)
        let hour = String(turns / 60 % 24 + 100).suffix(2)
        let call = "toolu_\(key)"
        var lines: [String] = []
        func line(_ number: Int, _ type: String, _ message: String, _ more: String = "") {
            let uuid =
                "\(session.suffix(8))-\(Self.hex(turns, 4))-4000-8000-\(Self.hex(number, 12))"
            let parent = last.map { "\"\($0)\"" } ?? "null"
            lines.append(
                """
                {"parentUuid":\(parent),"isSidechain":false,"cwd":"/home/ada/ship","sessionId":"\(session)",\
                "version":"2.1.0","gitBranch":"main","type":"\(type)","message":\(message),\(more)\
                "uuid":"\(uuid)",\
                "timestamp":"2026-01-02T\(hour):\(minute):0\(number).000Z"}

                """
            )
            last = uuid
        }
        func answer(_ number: Int, _ response: Int, _ output: Int, _ block: String) {
            line(
                number,
                "assistant",
                """
                {"model":"claude-opus-4-6","id":"msg_\(key)-\(response)","type":"message","role":"assistant",\
                "content":[\(block)],"usage":{"input_tokens":3,"output_tokens":\(output),\
                "cache_read_input_tokens":1000,"cache_creation_input_tokens":10}}
                """,
                #""requestId":"req_\#(key)-\#(response)","#
            )
        }
        line(0, "user", #"{"role":"user","content":"\#(words) \#(key)"}"#)
        answer(1, 1, 40, #"{"type":"thinking","thinking":"I look around.","signature":"x"}"#)
        answer(2, 1, 40, #"{"type":"text","text":"I run the tests."}"#)
        answer(
            3,
            1,
            40,
            #"{"type":"tool_use","id":"\#(call)","name":"Bash","input":{"command":"swift test \#(key)"}}"#
        )
        line(
            4,
            "user",
            #"{"role":"user","content":[{"tool_use_id":"\#(call)","type":"tool_result","content":"passed"}]}"#
        )
        answer(5, 2, 17, #"{"type":"text","text":"It works now."}"#)
        return lines
    }

    /// The text of so many turns.
    package mutating func text(_ count: Int) -> String {
        (0..<count).map { _ in next().joined() }.joined()
    }
}
