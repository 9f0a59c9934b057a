import Catalog
import Core
import Delivery
import Settings
import Transcripts

/// Delivers messages, tool usage and responses to QuestDB, by its line protocol over HTTP.
///
/// One request has the rows of one table, which makes it a transaction; a repeat replaces rows by themselves.
final class QuestBackend: Backend {
    private let settings: ConsumerSettings
    private let url: String
    private let client: HTTPClient
    private let tables: QuestSchema
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
        tables = QuestSchema(
            prefix: settings.tablePrefix ?? "claude_",
            days: settings.keep.map { $0.nanoseconds / 86_400_000_000_000 }
        )
        feedTables = FeedTable.all.filter {
            settings.delivers($0) && QuestSchema.tables.contains($0.name)
        }
    }

    var schema: String { feedTables.map { tables.create($0) + ";\n" }.joined(separator: "\n") }

    let keepsRowsByTime = true

    func close() {}

    func prepare() throws(Refusal) -> Cursor? {
        for table in feedTables {
            let query = HTTPClient.escaped(tables.create(table))
            let answer = try client.request("GET", "\(url)/exec?query=\(query)")
            try check(answer, isInsert: false)
            try complete(table)
        }
        return nil
    }

    /// Adds the columns that a table of an earlier version lacks.
    private func complete(_ table: FeedTable) throws(Refusal) {
        let known = try columns(of: table)
        for column in table.columns where column.name != table.timeColumn {
            guard !known.contains(column.name) else { continue }
            let statement = tables.add(column, to: table)
            let answer = try client.request(
                "GET",
                "\(url)/exec?query=\(HTTPClient.escaped(statement))"
            )
            try check(answer, isInsert: false)
        }
    }

    private func columns(of table: FeedTable) throws(Refusal) -> Set<String> {
        let query = HTTPClient.escaped("SHOW COLUMNS FROM \"\(tables.name(table))\"")
        let answer = try client.request("GET", "\(url)/exec?query=\(query)")
        try check(answer, isInsert: false)
        guard let parser = JSONParser() else { throw .temporary("no memory for a JSON parser") }
        let padded = answer.body + [UInt8](repeating: 0, count: JSONParser.padding)
        let names = padded.withUnsafeBytes { bytes -> [String]? in
            let text = UnsafeRawBufferPointer(rebasing: bytes[..<answer.body.count])
            return try? parser.parse(padded: text) { value in
                value["dataset"]?.elements.compactMap { $0.elements.first { _ in true }?.string }
                    ?? []
            }
        }
        guard let names else { throw .temporary("\(HTTPClient.server(of: url)): no JSON") }
        return Set(names)
    }

    func deliver(_ batch: DeliveryBatch, from source: any DeliverySource) throws(Refusal) {
        for (table, rows) in batch.tables where QuestSchema.tables.contains(table.name) {
            var body: [UInt8] = []
            for row in rows { QuestLines.append(row, as: tables.name(table), to: &body) }
            let answer = try client.request(
                "POST",
                url + "/write?precision=n",
                headers: ["Content-Type: text/plain; charset=utf-8"],
                body: body
            )
            try check(answer, isInsert: true)
        }
    }

    private func check(_ answer: HTTPClient.Answer, isInsert: Bool) throws(Refusal) {
        let detail = answer.text.prefix(1000).trimmingNewlines
        let words = "\(HTTPClient.server(of: url)): \(detail) (HTTP \(answer.status))"
        switch answer.status {
        case 200..<300: return
        case 400 where isInsert, 413: throw .part(words)
        case 400: throw .blocked(words, remedy: "Look at the tables at the server.")
        case 401, 403: throw .blocked(words, remedy: "Correct \"user\" and \"password\".")
        case 404: throw .blocked(words, remedy: "Correct \"url\": no QuestDB answers there.")
        default: throw .temporary(words, after: answer.retryAfter)
        }
    }
}
