import Catalog
import Core
import Foundation
import Synchronization
import Transcripts

@testable import Receiver

/// A storage folder with a catalog of one small conversation, and the commands on it.
final class QueryStage {
    let folder: String
    let file = StreamID(file: Samples.file(7), generation: 1)

    init(empty: Bool = false) throws {
        folder = NSTemporaryDirectory() + "tailship-query-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard !empty else { return }
        let writer = try CatalogWriter.open(
            BytePath(folder + "/catalog.db"),
            pricing: DollarPricing()
        )
        try writer.begin()
        try writer.upsert(facts)
        _ = try writer.apply(
            FileBatch(
                stream: file,
                items: items.map { FileBatch.Item($0) },
                parsedOffset: 1000,
                lines: UInt64(items.count),
                readerState: [],
                received: WallTime(nanoseconds: 9)
            )
        )
        try writer.settleAll()
        try writer.commit()
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// What the command prints.
    @discardableResult
    func run(_ words: String..., terminal: Bool = false) throws -> String {
        try run(list: words, terminal: terminal)
    }

    /// What the command prints.
    @discardableResult
    func run(list words: [String], terminal: Bool = false) throws -> String {
        let text = Mutex("")
        let arguments = try Arguments(
            words,
            Arguments.Grammar(
                values: ["--config"] + QueryCommand.values,
                flags: ["--json"] + QueryCommand.flags
            )
        )
        let output = CommandOutput(isTerminal: terminal) { piece in
            text.withLock { $0 += piece }
            return true
        }
        guard let command = QueryCommand.all[words[0]] else {
            throw OperatorError(.usage, "no such command")
        }
        try command.run(
            arguments,
            storage: BytePath(folder),
            output: output,
            now: QueryStage.start + .days(1)
        )
        return text.withLock { $0 }
    }

    /// Puts the file of the session into the archive: bytes that are no text at all.
    func archive() throws -> Data {
        let bytes = Data([0, 255, 10, 27] + (0..<22).map { UInt8($0) })
        let path = folder + "/objects/\(file.file)/\(file.generation)"
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        // What came since the catalog was written is not given out half.
        try (bytes + Data("more".utf8)).write(to: url)
        return bytes
    }

    // MARK: What the catalog holds

    static let start = WallTime(iso8601: "2026-11-05T23:50:00Z") ?? WallTime(nanoseconds: 0)
    static let session = "5a5a1111-2222-4333-8444-555566667777"

    private var facts: FileFacts {
        FileFacts(
            stream: file,
            agent: Samples.agent,
            agentName: "ann@laptop",
            owner: "ann",
            source: "claude-code",
            path: "projects/p/\(QueryStage.session).jsonl",
            tool: .claudeCode,
            held: 26,
            began: QueryStage.start,
            changed: QueryStage.start
        )
    }

    private var items: [Entry] {
        var session = SessionFact()
        session.title = SessionFact.Title(source: .custom, text: "Fix the <b>reader</b>")
        session.workingDirectory = "/home/ann/ship"
        var sub = SessionFact()
        sub.parent = QueryStage.session
        sub.lineage = .subagent
        sub.agentType = "Explore"
        sub.parentCallID = "c1"
        let escape = "evil \u{1b}[31mred <script>alert(1)</script>"
        return [
            record(
                0,
                [
                    .session(session),
                    message(0, .user, .prompt, "Why is the reader slow? \(escape)"),
                ]
            ),
            record(
                60,
                [
                    message(0, .assistant, .thinking, "It copies each line."),
                    message(1, .assistant, .text, "Because it copies. The reader waits."),
                    .call(call), message(2, .assistant, .toolUse, "swift test", "c1"),
                    response("m1", "m-large", output: 10),
                ]
            ),
            record(
                62,
                [
                    .result(ToolResultFact(callID: "c1", block: 0, outcome: .error, size: 40)),
                    message(
                        0,
                        .tool,
                        .toolResult,
                        (1...20).map { "line \($0)" }.joined(separator: "\n"),
                        "c1"
                    ),
                ]
            ),
            record(900, [response("m2", "unknown", output: 5)]),
            record(
                30,
                [
                    .session(sub), message(0, .user, .subagentPrompt, "Look around, subagent"),
                    response("m3", "m-small", output: 7),
                ],
                session: QueryStage.session + "/agent1"
            ),
        ]
    }

    private var call: ToolCallFact {
        var call = ToolCallFact(callID: "c1", block: 2, name: "Bash", input: "{}")
        call.command = "swift test --filter ReaderTests"
        return call
    }

    private var count = 0

    private func record(
        _ seconds: Int64,
        _ facts: [Fact],
        session: String = QueryStage.session
    ) -> Entry {
        count += 1
        var entry = Entry(
            position: RecordPosition(offset: UInt64(count) * 100, length: 99),
            kind: "message"
        )
        entry.eventKey = "e\(count)"
        entry.session = session
        entry.timestamp = QueryStage.start + .seconds(seconds)
        entry.isSidechain = session != QueryStage.session
        entry.facts = facts
        return entry
    }

    private func message(
        _ block: Int,
        _ role: Role,
        _ kind: MessageKind,
        _ text: String,
        _ call: String? = nil
    ) -> Fact {
        var message = MessageFact(block: block, role: role, kind: kind, text: text)
        message.callID = call
        return .message(message)
    }

    private func response(_ id: String, _ model: String, output: Int64) -> Fact {
        var usage = TokenUsage()
        usage.output = output
        return .response(
            ResponseFact(
                key: ResponseKey(messageID: id, requestID: id),
                model: model,
                usage: usage
            )
        )
    }
}

/// A dollar for each token of the models whose names begin with "m-".
struct DollarPricing: Pricing {
    func price(
        model: String,
        usage: TokenUsage,
        speed: String?,
        geography: String?,
        at: WallTime?
    ) -> (microdollars: Int64, version: String)? {
        model.hasPrefix("m-") ? (usage.total * 1_000_000, "test") : nil
    }

    func window(of model: String, at: WallTime?) -> Int64? { nil }

    var fingerprint: UInt64 { 1 }
}
