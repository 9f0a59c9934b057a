import Testing
import Transcripts

@Suite struct CopilotTests {
    private func event(_ type: String, _ id: Int, _ data: String, _ more: String = "") -> String {
        #"{"type":"\#(type)","data":{\#(data)},"id":"e\#(id)","timestamp":"2026-07-24T10:00:00.0\#(id + 10)Z","parentId":null\#(more)}"#
    }

    private func message(
        _ id: Int,
        _ output: Int?,
        _ model: String = "m",
        side: Bool = false
    ) -> String {
        let told = output.map { #","outputTokens":\#($0)"# } ?? ""
        let name = model.isEmpty ? "" : #","model":"\#(model)""#
        return event(
            "assistant.message",
            id,
            #""messageId":"x","content":"Ok","toolRequests":[]\#(told)\#(name)"#
                + (side ? #","parentToolCallId":"c""# : "")
        )
    }

    private func shutdown(_ id: Int, _ models: (String, [Int])...) -> String {
        let metrics = models.map { name, parts in
            #""\#(name)":{"requests":{"count":9},"usage":{"inputTokens":\#(parts[0]),"outputTokens":\#(parts[1]),"cacheReadTokens":\#(parts[2]),"cacheWriteTokens":\#(parts[3]),"reasoningTokens":\#(parts[4])}}"#
        }
        return event(
            "session.shutdown",
            id,
            #""currentModel":"m","modelMetrics":{\#(metrics.joined(separator: ","))}"#
        )
    }

    private var start: String { event("session.start", 0, #""sessionId":"s","selectedModel":"m""#) }
    private func resume(_ id: Int) -> String { event("session.resume", id, "") }

    private func read(_ lines: [String]) throws -> [Entry] {
        try Feeding.generic(lines, source: "copilot", path: "session-state/s/events.jsonl")
    }

    private func sums(_ entries: [Entry]) -> [Int64] {
        let usage = entries.responses.map(\.usage)
        return [
            usage.reduce(0) { $0 + $1.input }, usage.reduce(0) { $0 + $1.output },
            usage.reduce(0) { $0 + $1.cacheRead }, usage.reduce(0) { $0 + $1.cacheWrite },
            usage.reduce(0) { $0 + $1.reasoning },
        ]
    }

    @Test func `Without a shutdown the outputs of the messages are all that is known`() throws {
        let entries = try read([start, message(1, 30), message(2, 12)])
        #expect(entries.responses.map(\.usage.output) == [30, 12])
        #expect(entries.responses.map(\.model) == ["m", "m"])
        #expect(sums(entries) == [0, 42, 0, 0, 0])
    }

    @Test func `A shutdown's sums are shared out to the messages, and counted once`() throws {
        let entries = try read([
            start, message(1, 30), message(2, 12), shutdown(3, ("m", [1_000, 42, 801, 100, 20])),
        ])
        #expect(sums(entries) == [99, 42, 801, 100, 20])
        #expect(entries.responses.count == 2)
        #expect(entries.responses.map(\.usage.output) == [30, 12])
        #expect(entries.responses.map(\.usage.cacheRead) == [401, 400])
    }

    @Test func `A second shutdown that says the same adds nothing`() throws {
        let end = shutdown(3, ("m", [1_000, 42, 801, 100, 20]))
        let entries = try read([start, message(1, 30), message(2, 12), end, end])
        #expect(sums(entries) == [99, 42, 801, 100, 20])
    }

    @Test(arguments: [[1_000, 42, 800, 0, 0], [1_500, 52, 1_000, 0, 0]])
    func `Behind a resume the outputs tell whether sums began anew`(second: [Int]) throws {
        // The second session alone used 500 in (200 cached) and 10 out, or 1000, 42 and 800 more.
        let isAnew = second[1] == 42
        let outputs = isAnew ? [30, 12] : [4, 6]
        let entries = try read([
            start, message(1, 30), message(2, 12), shutdown(3, ("m", [1_000, 42, 800, 0, 0])),
            resume(4), message(5, outputs[0]), message(6, outputs[1]),
            shutdown(7, ("m", second)),
        ])
        #expect(sums(entries) == (isAnew ? [400, 84, 1_600, 0, 0] : [500, 52, 1_000, 0, 0]))
        #expect(entries.responses.count == 4)
    }

    @Test func `What was told before a resume without a shutdown stays`() throws {
        let entries = try read([
            start, message(1, 30), resume(2), message(3, 5), shutdown(4, ("m", [100, 5, 0, 0, 0])),
        ])
        #expect(sums(entries) == [100, 35, 0, 0, 0])
    }

    @Test func `Each model has its own sums, and messages without one are the current's`() throws {
        let entries = try read([
            start, message(1, 3, "a"), message(2, 4, "b", side: true),
            shutdown(
                3,
                ("a", [10, 3, 0, 0, 0]),
                ("b", [20, 4, 5, 0, 0]),
                ("c", [7, 1, 0, 0, 0])
            ),
        ])
        #expect(sums(entries) == [32, 8, 5, 0, 0])
        #expect(entries.responses.map(\.model) == ["a", "b", "c"])
        #expect(
            entries.flatMap(\.facts).contains { fact in
                if case .response(let told) = fact {
                    told.isCopy && told.model == "b"
                } else {
                    false
                }
            }
        )
        let nameless = try read([
            start, message(1, nil, ""), message(2, nil, ""), shutdown(3, ("m", [10, 8, 0, 0, 0])),
        ])
        #expect(nameless.responses.map(\.usage.total) == [9, 9])
    }

    @Test func `The state carries the sums over any gap`() throws {
        let lines = [
            start, message(1, 30), message(2, 12), shutdown(3, ("m", [1_000, 42, 801, 100, 20])),
            resume(4), message(5, 4), shutdown(6, ("m", [1_500, 46, 900, 100, 20])),
        ]
        let whole = try read(lines)
        let context = try Feeding.context("session-state/s/events.jsonl", source: "copilot")
        for cut in 1..<lines.count {
            var first = GenericRecords(context, state: [])
            let before = Feeding.read(lines[..<cut].joined(separator: "\n").utf8, &first)
            var second = GenericRecords(context, state: first.state)
            let after = Feeding.read(lines[cut...].joined(separator: "\n").utf8, &second)
            #expect((before + after).map(\.facts) == whole.map(\.facts))
        }
    }

    @Test func `What an agent asks is no prompt, and what ends a turn has its row`() throws {
        let entries = try read([
            start,
            event(
                "user.message",
                1,
                #""content":"Go","attachments":[{"type":"file","path":"/w/a"}]"#
            ),
            event("user.message", 2, #""content":"Review","source":"agent-s""#, #","agentId":"c""#),
            event("user.message", 3, #""content":"<system_reminder>x","source":"system""#),
            event("abort", 4, #""reason":"user_initiated""#),
            event("session.error", 5, #""errorType":"quota","message":"No more""#),
            event(
                "session.truncation",
                6,
                #""preTruncationTokensInMessages":9,"postTruncationTokensInMessages":4"#
            ),
        ])
        #expect(entries.texts(.prompt) == ["Go"])
        #expect(entries.texts(.subagentPrompt) == ["Review"])
        #expect(entries.texts(.interruption) == ["Aborted: user_initiated"])
        #expect(entries.texts(.apiError) == ["No more"])
        #expect(entries.accesses.map(\.operation) == [.attach])
        #expect(entries.compactions.map(\.tokensAfter) == [4])
        #expect(entries[2].isSidechain)
    }
}
