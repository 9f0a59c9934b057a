import Catalog
import Core
import Delivery
import SQL
import Settings
import Transcripts

/// Delivers the records of session files to MongoDB: each as it stands in its file, with what is known of it beside.
///
/// `_id` is the row's `id`; `rev`, `projectId`, `sourceFile`, `ingestedAt`, `agent`, `machine`, `owner` and `tool` stand
/// beside the record's own members, which they replace where they have the same names. A record of more than a server
/// takes has `tooLarge` and where it stands in the archive instead. What does not parse stands in `raw`. With a redaction
/// policy no record is delivered, as it stands for itself: the rows of `messages` and the others have the texts.
final class MongoBackend: Backend {
    /// What a server takes is 16 MiB, the members beside the record among them.
    private static let recordBytes = (16 << 20) - (64 << 10)
    /// Bytes of the documents of one request, more or less.
    private static let requestBytes = 12 << 20

    private let settings: ConsumerSettings
    private let url: String
    private let database: String
    private let collection: String
    private let parser: JSONParser
    private var connection: MongoConnection?

    init(_ settings: ConsumerSettings) throws(OperatorError) {
        self.settings = settings
        database = settings.database ?? "claude_logs"
        collection = (settings.tablePrefix ?? "") + "conversations"
        guard let parser = JSONParser() else {
            throw OperatorError(.internal, "no memory for a JSON parser")
        }
        self.parser = parser
        let password = try BackendFactory.secret(settings.password, file: settings.passwordFile)
        url = MongoBackend.address(settings, password)
    }

    /// The connection string with what the other keys say.
    private static func address(_ settings: ConsumerSettings, _ password: String?) -> String {
        var url = settings.url ?? ""
        if let user = settings.user, let scheme = url.firstRange(of: "://") {
            let login = HTTPClient.escaped(user) + ":" + HTTPClient.escaped(password ?? "") + "@"
            url.insert(contentsOf: login, at: scheme.upperBound)
        }
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        if !rest.contains("/") { url += "/" }
        let milliseconds = settings.timeout.milliseconds
        var options = [
            "serverSelectionTimeoutMS=\(min(10_000, milliseconds))",
            "connectTimeoutMS=\(min(10_000, milliseconds))", "socketTimeoutMS=\(milliseconds)",
            "appName=tailship", "w=majority",
        ]
        if let authority = settings.authority {
            options.append("tls=true")
            options.append("tlsCAFile=" + HTTPClient.escaped(authority.description))
        }
        return url + (url.contains("?") ? "&" : "?") + options.joined(separator: "&")
    }

    let schema = """
        // Indexes of the collection "conversations":
        db.conversations.createIndex({projectId: 1, timestamp: -1})
        db.conversations.createIndex({sessionId: 1})
        db.conversations.createIndex({ingestedAt: -1})
        db.conversations.createIndex({message: "text"})

        """

    func close() { connection = nil }

    // MARK: Starting

    func prepare() throws(Refusal) -> Cursor? {
        guard settings.redact == .none else {
            throw .blocked(
                "[consumer.\(settings.name)]: records cannot be redacted",
                remedy: "Remove \"redact\", or choose a backend that gets rows."
            )
        }
        connection = nil
        let connection = try MongoConnection(url)
        try perform(isInsert: false) { () throws(MongoConnection.Failure) in
            try connection.command(database, indexes)
        }
        self.connection = connection
        return nil
    }

    private var indexes: [UInt8] {
        let wanted: [(name: String, keys: [(String, Int64?)])] = [
            ("by_project", [("projectId", 1), ("timestamp", -1)]),
            ("by_session", [("sessionId", 1)]),
            ("by_ingestion", [("ingestedAt", -1)]), ("by_message", [("message", nil)]),
        ]
        var command = BSONWriter()
        command.text("createIndexes", collection)
        command.array("indexes") { list in
            for (index, item) in wanted.enumerated() {
                list.document(String(index)) { definition in
                    definition.document("key") { key in
                        for (name, direction) in item.keys {
                            if let direction {
                                key.int64(name, direction)
                            } else {
                                key.text(name, "text")
                            }
                        }
                    }
                    definition.text("name", item.name)
                }
            }
        }
        return command.document
    }

    // MARK: Records

    func deliver(
        _ batch: DeliveryBatch,
        from source: any DeliverySource
    ) throws(Refusal) {
        guard let connection else { throw .temporary("not connected") }
        var changes: [MongoConnection.Change] = []
        var bytes = 0
        for row in batch.rows where row.table.name == "entries" {
            let change = try change(row, source)
            if case .replace(_, let document) = change { bytes += document.count }
            changes.append(change)
            guard bytes >= MongoBackend.requestBytes || changes.count >= 1000 else { continue }
            try send(changes, connection)
            changes = []
            bytes = 0
        }
        if !changes.isEmpty { try send(changes, connection) }
    }

    private func send(
        _ changes: [MongoConnection.Change],
        _ connection: MongoConnection
    ) throws(Refusal) {
        try perform(isInsert: true) { () throws(MongoConnection.Failure) in
            try connection.change(database, collection, changes)
        }
    }

    private func change(
        _ row: FeedRow,
        _ source: any DeliverySource
    ) throws(Refusal) -> MongoConnection.Change {
        var filter = BSONWriter()
        filter.text("_id", String(row.id))
        // The same once more repairs what somebody changed.
        filter.document("rev") { $0.int64("$lte", row.rev) }
        if row.isDeletion { return .remove(filter: filter.document) }
        let record = try source.record(of: row)
        var document = BSONWriter()
        append(row, to: &document)
        append(record, row, to: &document)
        return .replace(filter: filter.document, document: document.document)
    }

    private static let own: Set<String> = [
        "_id", "rev", "projectId", "sourceFile", "ingestedAt", "agent", "machine", "owner", "tool",
    ]

    private func append(_ row: FeedRow, to document: inout BSONWriter) {
        document.text("_id", String(row.id))
        document.int64("rev", row.rev)
        let path = row["path"].text ?? ""
        document.text("sourceFile", path)
        document.text("projectId", MongoBackend.project(of: path))
        document.date("ingestedAt", (row["received"].integer ?? 0) / 1_000_000)
        for name in ["agent", "machine", "owner", "tool"] {
            document.text(name, row[name].text ?? "")
        }
    }

    /// The folder of a project, as the tool names it: what stands behind `projects/`, or the first folder.
    private static func project(of path: String) -> String {
        let parts = path.split(separator: "/")
        if let index = parts.firstIndex(of: "projects"), index + 1 < parts.count {
            return String(parts[index + 1])
        }
        return parts.count > 1 ? String(parts[0]) : ""
    }

    private func append(_ record: [UInt8]?, _ row: FeedRow, to document: inout BSONWriter) {
        guard let record, record.count <= MongoBackend.recordBytes else {
            document.bool(record == nil ? "gone" : "tooLarge", true)
            for name in ["file", "offset", "length"] {
                document.int64(name, row[name].integer ?? 0)
            }
            return
        }
        let padded = record + Array(repeating: 0, count: JSONParser.padding)
        let isObject = padded.withUnsafeBytes { bytes in
            let text = UnsafeRawBufferPointer(rebasing: bytes[..<record.count])
            let isObject = try? parser.parse(padded: text) { value in
                guard value.kind == .object else { return false }
                for (name, value) in value.members
                where !MongoBackend.own.contains(name.string ?? "") {
                    document.json(name.string ?? "", value)
                }
                return true
            }
            return isObject ?? false
        }
        if !isObject { document.text("raw", String(decoding: record, as: UTF8.self)) }
    }

    // MARK: Failures

    private func perform<Value>(
        isInsert: Bool,
        _ body: () throws(MongoConnection.Failure) -> Value
    ) throws(Refusal) -> Value {
        do throws(MongoConnection.Failure) {
            return try body()
        } catch {
            connection = isInsert ? connection : nil
            throw refusal(error, isInsert: isInsert)
        }
    }

    /// What a failure means, by the server's codes
    /// (https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml) and libmongoc's.
    private func refusal(_ failure: MongoConnection.Failure, isInsert: Bool) -> Refusal {
        let words = "\(HTTPClient.server(of: settings.url ?? "")): \(failure.words)"
        switch failure.code {
        case 11, 13, 18:
            return .blocked(words, remedy: "Correct \"user\" and \"password\", and what it may do.")
        case 2, 9, 14, 22, 52, 56, 57, 121, 10334, 17280, 17419, 17420:
            return isInsert ? .part(words) : .blocked(words, remedy: "Look at the server.")
        default: return .temporary(words)
        }
    }
}
