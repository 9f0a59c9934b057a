import Catalog
import Core
import Foundation
import Synchronization
import Testing
import Transcripts

@testable import Receiver

/// A storage folder with a catalog of one small conversation, and the commands on it.
final class QueryStage: Sendable {
    let folder: String
    let file = StreamID(file: Samples.file(7), generation: 1)

    /// Without a story, nothing is there.
    init(_ story: Story? = QueryStage.reader) throws {
        folder = NSTemporaryDirectory() + "tailship-query-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard let story else { return }
        try add(story, to: file, path: "projects/p/\(QueryStage.session).jsonl")
    }

    /// Adds the records of a file; the catalog is left to readers.
    func add(_ story: Story, to file: StreamID, path: String) throws {
        let writer = try CatalogWriter.open(
            BytePath(folder + "/catalog.db"),
            pricing: DollarPricing()
        )
        try writer.begin()
        try writer.upsert(facts(file, path))
        _ = try writer.apply(
            FileBatch(
                stream: file,
                items: story.items,
                parsedOffset: 1000,
                lines: UInt64(story.items.count),
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
    func run(
        _ words: String...,
        terminal: Bool = false,
        width: Int? = nil,
        zone: LocalZone = .utc
    ) throws -> String {
        try run(list: words, terminal: terminal, width: width, zone: zone)
    }

    /// What the command prints, a day behind the story's start.
    @discardableResult
    func run(
        list words: [String],
        terminal: Bool = false,
        width: Int? = nil,
        zone: LocalZone = .utc
    ) throws -> String {
        let text = Mutex("")
        let arguments = try Arguments(
            words,
            Arguments.Grammar(
                values: ["--config"] + QueryCommand.values,
                flags: ["--json"] + QueryCommand.flags
            )
        )
        let output = CommandOutput(
            isTerminal: terminal,
            hasColours: terminal,
            width: width,
            zone: zone
        ) { piece in
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
            now: Story.start + .days(1)
        )
        return text.withLock { $0 }
    }

    /// What it prints, a JSON object a line.
    func lines(_ words: String...) throws -> [[String: Any]] { try lines(list: words) }

    /// What it prints, a JSON object a line.
    func lines(list words: [String]) throws -> [[String: Any]] {
        try run(list: words).split(separator: "\n").map { try QueryStage.object(String($0)) }
    }

    /// What it prints, as a JSON object.
    func object(_ words: String...) throws -> [String: Any] { try object(list: words) }

    /// What it prints, as a JSON object.
    func object(list words: [String]) throws -> [String: Any] {
        try QueryStage.object(try run(list: words))
    }

    private static func object(_ text: String) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(value as? [String: Any], "\(text)")
    }

    /// Puts the file of the session into the archive: bytes that are no text at all.
    func archive(_ file: StreamID? = nil) throws -> Data {
        let file = file ?? self.file
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

    static let session = "5a5a1111-2222-4333-8444-555566667777"

    private func facts(_ file: StreamID, _ path: String) -> FileFacts {
        FileFacts(
            stream: file,
            agent: Samples.agent,
            agentName: "ann@laptop",
            owner: "ann",
            source: "claude-code",
            path: path,
            tool: .claudeCode,
            held: 26,
            began: Story.start,
            changed: Story.start
        )
    }

    /// A conversation about a reader, with a subagent.
    static let reader: Story = {
        var session = SessionFact()
        session.title = SessionFact.Title(source: .custom, text: "Fix the <b>reader</b>")
        session.workingDirectory = "/home/ann/ship"
        session.gitBranch = "main"
        var sub = SessionFact()
        sub.parent = QueryStage.session
        sub.lineage = .subagent
        sub.agentType = "Explore"
        sub.parentCallID = "c1"
        let escape = "evil \u{1b}[31mred <script>alert(1)</script>"
        var story = Story()
        story.tell(
            0,
            QueryStage.session,
            [.session(session), Story.prompt("Why is the reader slow? \(escape)")]
        )
        story.tell(
            60,
            QueryStage.session,
            [
                Story.message(0, .assistant, .thinking, "It copies each line."),
                Story.message(1, .assistant, .text, "Because it copies. The reader waits."),
                Story.response("m1", "m-large", output: 10),
            ] + Story.bash("c1", "swift test --filter ReaderTests", block: 2)
        )
        let lines = (1...20).map { "line \($0)" }.joined(separator: "\n")
        story.tell(62, QueryStage.session, Story.result("c1", .error, lines))
        story.tell(900, QueryStage.session, [Story.response("m2", "unknown", output: 5)])
        story.tell(
            30,
            QueryStage.session + "/agent1",
            [
                .session(sub), Story.message(0, .user, .subagentPrompt, "Look around, subagent"),
                Story.response("m3", "m-small", output: 7),
            ],
            isSidechain: true
        )
        return story
    }()
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
