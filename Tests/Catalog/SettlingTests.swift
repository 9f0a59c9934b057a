import Catalog
import Core
import SQL
import Testing
import Transcripts

/// What is derived of a session as a whole.
struct SettlingTests {
    /// A session of one file, told line by line.
    private struct Course {
        var file = SampleFile(1)
        private var time: Int64 = 0

        mutating func add(_ facts: Fact..., after seconds: Int64 = 1) {
            time += seconds
            var analysis = EntryAnalysis()
            for fact in facts {
                guard case .call(let call) = fact else { continue }
                analysis.calls.append(
                    CallAnalysis(category: call.command == nil ? "file_operations" : "shell")
                )
            }
            file.append(event: "e\(file.items.count)", session: "s", at: time, facts, analysis)
        }

        mutating func prompt(_ text: String) {
            add(.message(MessageFact(block: 0, role: .user, kind: .prompt, text: text)))
        }

        /// A call with its input as a message and its result as another.
        mutating func call(
            _ id: String,
            _ name: String,
            path: String? = nil,
            command: String? = nil,
            edits: Bool = false,
            output: String = "",
            fails: Bool = false,
            errorText: String? = nil
        ) {
            var call = ToolCallFact(callID: id, block: 0, name: name, input: path ?? command ?? "")
            call.filePath = path
            call.command = command
            var use = MessageFact(block: 0, role: .assistant, kind: .toolUse, text: call.input)
            use.callID = id
            var facts: [Fact] = [.message(use), .call(call)]
            if let path {
                var access = FileAccessFact(
                    ordinal: 0,
                    path: path,
                    operation: edits ? .edit : .read
                )
                access.callID = id
                facts.append(.access(access))
            }
            time += 1
            var analysis = EntryAnalysis()
            analysis.calls = [CallAnalysis(category: command == nil ? "file_operations" : "shell")]
            file.append(event: "e\(file.items.count)", session: "s", at: time, facts, analysis)
            var result = ToolResultFact(
                callID: id,
                block: 0,
                outcome: fails ? .error : .success,
                size: Int64(output.utf8.count)
            )
            result.errorText = errorText
            var message = MessageFact(block: 0, role: .user, kind: .toolResult, text: output)
            message.callID = id
            add(.result(result), .message(message))
        }

        mutating func response(context: Int64, model: String = "model-a") {
            var usage = TokenUsage()
            usage.cacheRead = context
            let key = ResponseKey(messageID: "m\(file.items.count)", requestID: nil)
            add(.response(ResponseFact(key: key, model: model, usage: usage)))
        }
    }

    private let place: TemporaryCatalog

    init() throws { place = try TemporaryCatalog() }

    private func settle(_ course: Course) throws {
        let writer = try place.open()
        try writer.begin()
        while try course.file.feed(writer) {}
        try writer.settleAll()
        try writer.commit()
    }

    private func row(_ sql: String) throws -> [SQLValue] {
        try place.reader().prepare(sql).first { row in
            (0..<row.columnCount).map { row.value($0) }
        } ?? []
    }

    @Test(
        "Redundancy is of a context, efficiency of the session, and white space tells nothing apart"
    )
    func context() throws {
        var course = Course()
        // 4000 bytes are 1000 tokens.
        let text = String(repeating: "word ", count: 799) + "words"
        let other = String(repeating: "text ", count: 799) + "texts"
        course.prompt("go")
        course.call("a", "Read", path: "/p/a", output: text)
        course.call("b", "Read", path: "/p/b", output: text.replacing("word ", with: "word\n"))
        course.response(context: 2_000)
        course.add(.compaction(CompactionFact()))
        course.call("c", "Read", path: "/p/c", output: text)
        course.call("d", "Read", path: "/p/node_modules/d", output: other)
        course.response(context: 9_500)
        try settle(course)
        let rows = try place.reader().prepare(
            "SELECT redundancy, efficiency, pressure, compactions FROM context_analysis ORDER BY timestamp"
        ).all { row in (0..<4).map { row.value($0) } }
        #expect(
            rows == [
                [.real(50), .real(50), .real(0.2), .integer(0)],
                [.real(0), .real(50), .real(0.95), .integer(1)],
            ]
        )
        #expect(
            try row("SELECT peak_context, health, grade, outcome, active_time FROM sessions") == [
                .integer(9_500), .integer(90), .text("A"), .text("completed"),
                .integer(11_000_000_000),
            ]
        )
    }

    @Test("A pasted text that an output repeats is redundant; a short one never is")
    func pasted() throws {
        var course = Course()
        let text = String(repeating: "x", count: 400)
        course.prompt(text)
        course.call("a", "Read", path: "/p/a", output: text)
        course.call("b", "Read", path: "/p/a", output: "short")
        course.call("c", "Read", path: "/p/a", output: "short")
        course.response(context: 10)
        try settle(course)
        #expect(
            try row("SELECT redundancy, efficiency FROM context_analysis") == [.real(50), .null]
        )
        #expect(try row("SELECT reads, rereads FROM sessions") == [.integer(3), .integer(2)])
    }

    @Test("Failures, retries, churn, first attempts and interrupted tasks make the health")
    func health() throws {
        var course = Course()
        course.prompt("one")
        course.call("a", "Edit", path: "/p/a", edits: true)
        course.call("b", "Bash", command: "ls -l")
        course.call("c", "Edit", path: "/p/a", edits: true)
        course.prompt("two")
        course.call("d", "Edit", path: "/p/a", edits: true)
        for number in 0..<3 {
            course.call(
                "e\(number)",
                "Bash",
                command: "make",
                fails: true,
                errorText: "Exit code 2"
            )
        }
        course.call("f", "Edit", path: "/p/a", edits: true)
        course.add(.compaction(CompactionFact()))
        course.call("g", "Bash", command: "make")
        course.call("h", "Edit", path: "/p/b", edits: true)
        course.prompt("three")
        try settle(course)
        #expect(
            try row(
                """
                SELECT retries, churn, failure_streak, looping, mid_task_compactions, edit_turns,
                    one_shot_turns, outcome, health FROM sessions
                """
            ) == [
                .integer(2), .integer(1), .integer(3), .integer(0), .integer(1), .integer(2),
                .integer(1), .text("abandoned"), .integer(100 - 15 - 9 - 10 - 4 - 10 - 8),
            ]
        )
        #expect(
            try row("SELECT DISTINCT error_class FROM tool_usage WHERE outcome = 'error'")
                == [.text("command_failed")]
        )
    }

    @Test("A model's window is what a record tells, its price table, or what was used of it")
    func windows() throws {
        func window(_ model: String, _ contexts: Int64...) throws -> [SQLValue] {
            let place = try TemporaryCatalog()
            let writer = try place.open(pricing: LargePricing())
            var course = Course()
            for context in contexts { course.response(context: context, model: model) }
            try writer.begin()
            while try course.file.feed(writer) {}
            try writer.settleAll()
            try writer.commit()
            return try place.reader().prepare(
                "SELECT window FROM context_analysis ORDER BY timestamp"
            ).all { $0.value(0) }
        }
        #expect(try window("claude-x", 5) == [.integer(200_000)])
        #expect(try window("claude-x[1m]", 5) == [.integer(1_000_000)])
        #expect(try window("claude-x", 5, 200_001) == [.integer(1_000_000), .integer(1_000_000)])
        #expect(try window("gpt-x", 5, 200_001) == [.null, .null])
        #expect(try window("other", 5) == [.null])
    }

    @Test("Settling again changes no row, and a new event only what it concerns")
    func again() throws {
        var course = Course()
        course.prompt("one")
        course.call("a", "Edit", path: "/p/a", edits: true)
        course.response(context: 10)
        try settle(course)
        let writer = try place.open()
        let last = writer.rev
        let tables = ["sessions", "context_analysis", "file_access"]
        func changed() throws -> [Int64] {
            let reader = try place.reader()
            return try tables.map { table in
                try reader.prepare("SELECT count(*) FROM \(table) WHERE rev > \(last)")
                    .first { $0.int(0) } ?? 0
            }
        }
        try writer.begin()
        _ = try writer.apply(course.file.batch(0..<course.file.items.count))
        try writer.settleAll()
        try writer.commit()
        #expect(try changed() == [0, 0, 0])
        course.response(context: 20)
        try writer.begin()
        while try course.file.feed(writer) {}
        try writer.settleAll()
        try writer.commit()
        #expect(try changed() == [1, 1, 0])
    }
}

/// Every model but "other" takes 200,000 tokens.
private struct LargePricing: Pricing {
    func price(
        model: String,
        usage: TokenUsage,
        speed: String?,
        geography: String?,
        at: WallTime?
    ) -> (microdollars: Int64, version: String)? { nil }

    func window(of model: String, at: WallTime?) -> Int64? { model == "other" ? nil : 200_000 }

    var fingerprint: UInt64 { 1 }
}
