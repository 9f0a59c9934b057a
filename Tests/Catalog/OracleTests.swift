import Catalog
import Core
import Foundation
import SQL
import Testing
import Transcripts

/// What an independent reader counted in real transcripts, asked of the rows.
///
/// Each file is one owner's, so that no file shares its rows with another. Their `user_prompts` are no prompts but
/// lines of the user without a mark, what the tool wrote too, so no row counts them; and of `bad_lines` we can read some.
struct OracleTests {
    private static let folder = ProcessInfo.processInfo.environment["TAILSHIP_SESSIONS"]
    private static let table = ProcessInfo.processInfo.environment["TAILSHIP_EXPECTED"]

    /// Differences that were looked at, and why they are right.
    private static let accepted: [(file: String, column: String, ours: String)] = [
        // A strict parser refuses one line (`\\(` in a string), which a tolerant one reads.
        ("Archives/agent-abc3cb6.jsonl", "objects", "85"),
        ("Archives/agent-abc3cb6.jsonl", "tool_results", "39"),
        // The last record is a copy of a subagent's message: its time is the message's, 41 ms before.
        ("b6b20c21-d3cb-42a4-9a55-bb2dbb2212e4.jsonl", "last_ts", "1770550105377"),
        // A result whose call is not in the file tells of a file that was written all the same.
        ("tools/MultiEdit-tool_result.jsonl", "files_written", "1"),
        // A call and a result as lines of their own, which they do not read.
        ("agents/claude/schema_drift.jsonl", "tool_uses", "1"),
        ("agents/claude/schema_drift.jsonl", "tool_results", "1"),
    ]

    /// The reader leaves out the copies of subagents' messages, which count here where nothing else tells them.
    private static let counts: [(column: String, sql: String)] = [
        ("objects", "count(*) FROM entries e WHERE status <> 'malformed' AND e.owner"),
        ("responses", "count(*) FROM \(of("responses", "entry"))"),
        ("input", "total(input_tokens) FROM \(of("responses", "entry"))"),
        ("output", "total(output_tokens) FROM \(of("responses", "entry"))"),
        (
            "cache_create",
            "total(cache_write_5m_tokens + cache_write_1h_tokens) FROM \(of("responses", "entry"))"
        ),
        ("cache_read", "total(cache_read_tokens) FROM \(of("responses", "entry"))"),
        ("models", "group_concat(DISTINCT model) FROM \(of("responses", "entry"))"),
        ("tool_uses", "count(*) FROM \(of("tool_usage", "call_entry"))"),
        ("tool_results", "count(*) FROM \(of("tool_usage", "result_entry"))"),
        ("tool_errors", "total(success = 0) FROM \(of("tool_usage", "result_entry"))"),
        (
            "files_read",
            "count(DISTINCT path) FROM \(of("file_access", "entry", "operation = 'read'"))"
        ),
        (
            "files_written",
            "count(DISTINCT path) FROM \(of("file_access", "entry", "operation IN ('write', 'edit')"))"
        ),
        ("first_ts", "min(timestamp) / 1000000 FROM entries e WHERE e.owner"),
        ("last_ts", "max(timestamp) / 1000000 FROM entries e WHERE e.owner"),
    ]

    /// The rows of a table that a record tells which is no copy; ends in `owner`.
    private static func of(
        _ table: String,
        _ entry: String,
        _ condition: String = "TRUE"
    ) -> String {
        "\(table) r JOIN entries e ON e.seq = r.\(entry) "
            + "WHERE e.kind <> 'progress/agent_progress' AND \(condition) AND r.owner"
    }

    private static func expected() throws -> [[String: String]] {
        let lines = try String(contentsOfFile: try #require(table), encoding: .utf8)
            .split(separator: "\n")
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        let names = try #require(lines.first)
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
            .filter { $0["tool"] == "claude" && $0["file"]?.hasSuffix(".jsonl") == true }
    }

    @Test(
        "The counts of an independent reader can be asked of the rows",
        .enabled(
            if: folder != nil && table != nil,
            "set TAILSHIP_SESSIONS to a folder of real sessions and TAILSHIP_EXPECTED to their counts"
        )
    )
    func counts() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open(.rebuild)
        let rows = try Self.expected()
        try #require(!rows.isEmpty)
        try writer.begin()
        for (index, row) in rows.enumerated() {
            let sample = try Self.read(try #require(row["file"]), UInt64(index) + 1)
            while try sample.feed(writer) {}
        }
        try writer.commit()
        try writer.finish()
        let database = try place.reader()
        for row in rows {
            let owner = try #require(row["file"])
            for (column, sql) in Self.counts {
                let query = "SELECT \(sql) = (SELECT owner FROM owners WHERE name = ?)"
                let value = try database.prepare(query).first(owner) { Self.text($0) } ?? ""
                var theirs = row[column] ?? ""
                if column.hasSuffix("_ts") { theirs = Self.milliseconds(theirs) }
                if value == theirs { continue }
                let isAccepted = Self.accepted.contains {
                    owner.hasSuffix($0.file) && $0.column == column && $0.ours == value
                }
                #expect(isAccepted, "\(owner): \(column) is \(value), theirs \(theirs)")
            }
        }
    }

    /// The records of a file, which is its own owner's.
    private static func read(_ file: String, _ number: UInt64) throws -> SampleFile {
        let path = "\(folder ?? "")/\(file)"
        let data = try #require(FileManager.default.contents(atPath: path))
        var sample = SampleFile(number, owner: file)
        sample.facts.path = file
        let reader = TranscriptReader(
            context: FileContext(
                source: "claude-code",
                path: BytePath(file),
                stream: sample.stream
            ),
            parser: try #require(JSONParser()),
            state: []
        )
        (Array(data) + [UInt8](repeating: 0, count: JSONParser.padding)).withUnsafeBytes {
            reader.finish(UnsafeRawBufferPointer(rebasing: $0[..<data.count]), at: 0) { entry in
                sample.items.append(FileBatch.Item(entry))
            }
        }
        return sample
    }

    private static func text(_ row: Statement) -> String {
        if row.isNull(0) { return "" }
        let words = row.text(0)
        let number = words.hasSuffix(".0") ? String(words.dropLast(2)) : words
        return number.split(separator: ",").sorted().joined(separator: ",")
    }

    private static func milliseconds(_ text: String) -> String {
        guard let time = WallTime(iso8601: text) else { return text }
        return String(time.nanoseconds / 1_000_000)
    }
}
