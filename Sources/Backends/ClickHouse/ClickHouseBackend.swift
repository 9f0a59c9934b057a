import Catalog
import Core
import Delivery
import SQL
import Settings

/// Delivers rows to ClickHouse over HTTP, as RowBinaryWithNamesAndTypes.
///
/// A repeated insert is dropped by its token (a hash of what is inserted, with the catalog's epoch and the number of
/// rewinds, so that tables that were emptied are filled again), and beyond the server's window by the table, which
/// keeps the greatest `rev` of an `id`.
final class ClickHouseBackend: Backend {
    /// Days that one insert may touch: the server refuses more than 100 partitions.
    private static let partitions = 100

    private let url: String
    private let client: HTTPClient
    private let tables: ClickHouseSchema
    private let settings: ConsumerSettings
    private let feedTables: [FeedTable]

    init(_ settings: ConsumerSettings) throws(OperatorError) {
        self.settings = settings
        let address = settings.url ?? ""
        url = address.hasSuffix("/") ? String(address.dropLast()) : address
        client = HTTPClient(
            HTTPClient.Access(
                user: settings.user,
                password: try BackendFactory.secret(
                    settings.password,
                    file: settings.passwordFile
                ),
                authority: settings.authority,
                timeout: settings.timeout
            )
        )
        tables = ClickHouseSchema(
            database: settings.database ?? "tailship",
            prefix: settings.tablePrefix ?? "claude_",
            days: settings.keep.map { $0.nanoseconds / 86_400_000_000_000 }
        )
        feedTables = FeedTable.all.filter { settings.delivers($0) }
    }

    var schema: String {
        tables.statements(feedTables).map { $0 + ";\n" }.joined(separator: "\n")
    }

    let keepsRowsByTime = true

    func close() {}

    // MARK: Schema

    func prepare() throws(Refusal) -> Cursor? {
        let existing = try columns()
        for statement in tables.statements(feedTables) {
            do throws(Refusal) {
                _ = try run(statement)
            } catch {
                // Whoever may not create tables has had them created.
                guard case .blocked = error, isComplete(existing) else { throw error }
            }
        }
        for table in feedTables {
            guard let known = existing[table.name] else { continue }
            try complete(table, known)
        }
        return nil
    }

    private func isComplete(_ existing: [String: [String: String]]) -> Bool {
        feedTables.allSatisfy { table in
            guard let columns = existing[table.name] else { return false }
            return table.columns.allSatisfy { columns[$0.name] != nil }
        }
    }

    /// The columns of the tables that are there, with their types.
    private func columns() throws(Refusal) -> [String: [String: String]] {
        let text = try run(
            """
            SELECT table, name, type FROM system.columns
            WHERE database = '\(tables.database)' FORMAT TabSeparated
            """
        )
        var found: [String: [String: String]] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: "\t")
            guard words.count == 3, words[0].hasPrefix(tables.prefix) else { continue }
            let table = String(words[0].dropFirst(tables.prefix.count))
            // Quotes come escaped.
            found[table, default: [:]][String(words[1])] = words[2].filter { $0 != "\\" }
        }
        return found
    }

    /// Adds the columns that a table of an earlier version lacks.
    private func complete(_ table: FeedTable, _ known: [String: String]) throws(Refusal) {
        for column in table.columns {
            let type = tables.type(of: column, in: table)
            guard let found = known[column.name] else {
                _ = try run(
                    "ALTER TABLE \(tables.name(table)) ADD COLUMN IF NOT EXISTS "
                        + "`\(column.name)` \(type) COMMENT \(ClickHouseSchema.quoted(column.summary))"
                )
                continue
            }
            guard found != type else { continue }
            throw .blocked(
                "\(HTTPClient.server(of: url)): the column \(column.name) of "
                    + "\(tables.name(table)) is \(found), and must be \(type)",
                remedy: "Change it, or give this consumer another \"table_prefix\" or \"database\"."
            )
        }
    }

    // MARK: Rows

    func deliver(_ batch: DeliveryBatch, from source: any DeliverySource) throws(Refusal) {
        for (table, rows) in batch.tables {
            for group in groups(rows, table) { try insert(group, table, batch) }
        }
    }

    /// The rows in groups that touch few enough days each.
    private func groups(
        _ rows: ArraySlice<FeedRow>,
        _ table: FeedTable
    ) -> [ArraySlice<FeedRow>] {
        guard table.timeIndex != nil else { return [rows] }
        let days = Set(rows.map { ClickHouseBackend.day(of: $0) })
        guard days.count > ClickHouseBackend.partitions else { return [rows] }
        var byDay: [Int64: [FeedRow]] = [:]
        for row in rows { byDay[ClickHouseBackend.day(of: row), default: []].append(row) }
        var groups: [ArraySlice<FeedRow>] = []
        for (index, day) in byDay.keys.sorted().enumerated() {
            if index % ClickHouseBackend.partitions == 0 { groups.append([]) }
            groups[groups.count - 1] += byDay[day] ?? []
        }
        return groups
    }

    private static func day(of row: FeedRow) -> Int64 {
        (row.time.integer ?? 0).flooredDivision(by: 86_400_000_000_000).quotient
    }

    private func insert(
        _ rows: ArraySlice<FeedRow>,
        _ table: FeedTable,
        _ batch: DeliveryBatch
    ) throws(Refusal) {
        var binary = ClickHouseRows(table, tables)
        for row in rows { binary.append(row) }
        let body = binary.bytes
        let life = "\(Hex.encode(batch.through.epoch))-\(batch.turn)"
        let token = "\(settings.name)/\(life)/\(table.name)/\(Hex.encode(Checksum.xxh3(body)))"
        let parameters = [
            "query="
                + HTTPClient.escaped(
                    "INSERT INTO \(tables.name(table)) FORMAT RowBinaryWithNamesAndTypes"
                ),
            "insert_deduplication_token=" + HTTPClient.escaped(token),
            "async_insert=0",
            // No id is in a batch twice.
            "optimize_on_insert=0",
            // A column that somebody took away must be told, not passed over.
            "input_format_skip_unknown_fields=0",
        ]
        let answer = try client.request(
            "POST",
            url + "/?" + parameters.joined(separator: "&"),
            body: body
        )
        try check(answer, isInsert: true)
    }

    // MARK: Requests

    private func run(_ statement: String) throws(Refusal) -> String {
        let answer = try client.request("POST", url + "/", body: Array(statement.utf8))
        try check(answer, isInsert: false)
        return answer.text
    }

    /// What an answer that is no success means, by ClickHouse's error codes (src/Common/ErrorCodes.cpp).
    private func check(_ answer: HTTPClient.Answer, isInsert: Bool) throws(Refusal) {
        guard answer.status != 200 else { return }
        let words = String(answer.text.prefix(2000)).trimmingNewlines
        let message = "\(HTTPClient.server(of: url)): \(words) (HTTP \(answer.status))"
        switch ClickHouseBackend.code(words) {
        case 192, 193, 194, 516:
            throw .blocked(message, remedy: "Correct \"user\" and \"password\".")
        case 497, 291:
            throw .blocked(
                message,
                remedy: "Grant the user what it lacks, or have the tables made: "
                    + "tailship-receiver consumers schema \(settings.name)"
            )
        case 6, 26, 27, 38, 41, 53, 62, 69, 72, 117, 321, 349, 441, 467, 469:
            if isInsert { throw .part(words) }
            throw .blocked(message, remedy: "Look at the tables at the server.")
        case 16, 47, 60, 81: throw .temporary(message)
        case nil where answer.status == 401 || answer.status == 403:
            throw .blocked(message, remedy: "Correct \"user\" and \"password\".")
        case nil where answer.status == 404:
            throw .blocked(message, remedy: "Correct \"url\": no ClickHouse answers there.")
        default: throw .temporary(message, after: answer.retryAfter)
        }
    }

    private static func code(_ words: String) -> Int? {
        guard words.hasPrefix("Code: ") else { return nil }
        return Int(words.dropFirst(6).prefix { $0.isNumber })
    }
}

extension StringProtocol {
    /// Without line feeds at its end.
    var trimmingNewlines: String {
        var end = endIndex
        while end > startIndex, self[index(before: end)].isNewline { end = index(before: end) }
        return String(self[..<end])
    }
}

extension ConsumerSettings {
    /// Whether the consumer gets rows of the table.
    func delivers(_ table: FeedTable) -> Bool {
        let only = self.only.patterns["tables"] ?? []
        let except = self.except.patterns["tables"] ?? []
        return (only.isEmpty || only.contains(table.name)) && !except.contains(table.name)
    }
}
