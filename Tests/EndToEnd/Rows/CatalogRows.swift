import Catalog
import CatalogSupport
import Core
import SQL
import TestSupport

/// The rows of a receiver, read beside it.
struct CatalogRows {
    private let database: Connection

    init(_ receiver: ReceiverNode) throws {
        database = try Connection(path: receiver.storage.appending("catalog.db"), mode: .readOnly)
        try StoredFunctions.define(in: database)
    }

    func number(_ sql: String) throws -> Int {
        Int(try database.prepare(sql).first { $0.int(0) } ?? 0)
    }

    func texts(_ sql: String) throws -> [String] {
        try database.prepare(sql).all { row in
            (0..<row.columnCount).map { row.isNull($0) ? "-" : row.text($0) }.joined(separator: "|")
        }
    }

    /// What the rows add up to; of copies only the first counts.
    func sums() throws -> Conversation.Sums {
        Conversation.Sums(
            entries: try number("SELECT count(*) FROM entries WHERE first = seq"),
            messages: try number("SELECT count(*) FROM messages WHERE retracted = 0"),
            prompts: try number("SELECT count(*) FROM messages WHERE kind = 'prompt'"),
            responses: try number("SELECT count(*) FROM responses WHERE error = 0"),
            calls: try number("SELECT count(*) FROM tool_usage WHERE name IS NOT NULL"),
            output: try number("SELECT coalesce(sum(output_tokens), 0) FROM responses")
        )
    }

    /// Whether all bytes are rows, and everything derived of them is written.
    func isSettled() throws -> Bool {
        try number("SELECT count(*) FROM unsettled") == 0
            && number("SELECT count(*) FROM files WHERE parsed_offset < held") == 0
    }

    func dump() throws -> CatalogDump { try CatalogDump(database) }

    /// What must hold of any catalog, in words: totals are sums, no tombstone of a living row, no record twice.
    func faults() throws -> [String] {
        let twice = try texts(
            """
            SELECT file, offset, ordinal, count(*) FROM entries
            GROUP BY file, offset, ordinal HAVING count(*) > 1
            """
        ).map { "an entry twice: \($0)" }
        return try SessionSums.differences(database) + Tombstones.ofLivingRows(database) + twice
    }
}

extension ReceiverNode {
    /// Writes to the rows of a receiver that does not run.
    func changeCatalog(_ sql: String) throws {
        let database = try Connection(path: storage.appending("catalog.db"))
        try StoredFunctions.define(in: database)
        try database.execute(sql)
    }

    /// Waits until the rows add up to this, and are settled.
    func hasRows(_ sums: Conversation.Sums, within limit: Duration = .seconds(60)) async throws {
        var found: Conversation.Sums?
        try await eventually(
            "the rows add up to \(sums), not \(found.map { "\($0)" } ?? "anything")",
            within: limit,
            every: .milliseconds(50)
        ) {
            guard Files.exists(storage.appending("catalog.db")) else { return false }
            guard let rows = try? CatalogRows(self) else { return false }
            found = try? rows.sums()
            return found == sums
        }
        try await eventually("the rows are settled", within: limit, every: .milliseconds(200)) {
            try CatalogRows(self).isSettled()
        }
    }

    /// Waits until so many records have rows, copies too.
    func hasEntries(_ count: Int) async throws {
        try await eventually("there are \(count) entries") {
            try CatalogRows(self).number("SELECT count(*) FROM entries") == count
        }
    }

    /// Stops it, and makes the rows anew: they must be the same in every column, with the same identifiers.
    func rebuildsTheSame() async throws {
        try await stop()
        let before = try CatalogRows(self)
        let faults = try before.faults()
        guard faults.isEmpty else { throw TestFailure("the rows: \(faults)") }
        let wanted = try before.dump()
        let outcome = try await command("rebuild")
        guard outcome.end == .exit(0) else { throw TestFailure("rebuild: \(outcome.all)") }
        let after = try CatalogRows(self)
        let found = try after.faults()
        guard found.isEmpty else { throw TestFailure("the rows that were made anew: \(found)") }
        let differences = try after.dump().differences(from: wanted)
        guard differences.isEmpty else {
            throw TestFailure(
                "made anew (-) and before (+): " + differences.joined(separator: "\n")
            )
        }
    }
}
