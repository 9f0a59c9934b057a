import Catalog
import Core
import Delivery
import Settings

/// Delivers sessions, messages, calls and accesses to Neo4j as a graph, by its Query API
/// (https://neo4j.com/docs/query-api/current/query/): one request is one transaction.
final class NeoBackend: Backend {
    /// Rows of one request: a transaction is held in the server's memory.
    private static let rowsPerRequest = 500

    private let settings: ConsumerSettings
    private let client: HTTPClient
    private let url: String

    init(_ settings: ConsumerSettings) throws(OperatorError) {
        self.settings = settings
        let address = settings.url ?? ""
        let base = address.hasSuffix("/") ? String(address.dropLast()) : address
        url = "\(base)/db/\(HTTPClient.escaped(settings.database ?? "neo4j"))/query/v2"
        client = HTTPClient(
            HTTPClient.Access(
                user: settings.user ?? "neo4j",
                password: try BackendFactory.secret(
                    settings.password,
                    file: settings.passwordFile
                ),
                authority: settings.authority,
                timeout: settings.timeout
            )
        )
    }

    var schema: String { NeoGraph.constraints.map { $0 + ";\n" }.joined() }

    func close() {}

    func prepare() throws(Refusal) -> Cursor? {
        for constraint in NeoGraph.constraints { try run(constraint, [], isInsert: false) }
        return nil
    }

    func deliver(_ batch: DeliveryBatch, from source: any DeliverySource) throws(Refusal) {
        for (table, rows) in batch.tables {
            if let node = NeoGraph.nodes.first(where: { $0.table == table.name }) {
                try deliver(rows, as: node)
            } else if table.name == "file_access" {
                let kept = rows.filter { !$0.isDeletion }
                try run(NeoGraph.touch, kept.compactMap { NeoParameters.touch($0) })
                try run(NeoGraph.untouch, deletions(rows))
            }
        }
    }

    private func deliver(_ rows: ArraySlice<FeedRow>, as node: NeoGraph.Node) throws(Refusal) {
        let kept = rows.filter { !$0.isDeletion }
        try run(
            NeoGraph.merge(node),
            kept.map { NeoParameters.row($0, withProperties: true) }
        )
        for link in node.links {
            let ends = kept.compactMap { NeoParameters.link($0, link) }
            try run(NeoGraph.unlink(node, link), ends)
            try run(NeoGraph.link(node, link), ends)
        }
        try run(NeoGraph.delete(node), deletions(rows))
    }

    private func deletions(_ rows: ArraySlice<FeedRow>) -> [[UInt8]] {
        rows.filter(\.isDeletion).map { NeoParameters.row($0, withProperties: false) }
    }

    // MARK: Requests

    private func run(_ statement: String, _ maps: [[UInt8]]) throws(Refusal) {
        var start = 0
        while start < maps.count {
            let end = min(maps.count, start + NeoBackend.rowsPerRequest)
            try run(statement, Array(maps[start..<end]), isInsert: true)
            start = end
        }
    }

    private func run(
        _ statement: String,
        _ maps: [[UInt8]],
        isInsert: Bool
    ) throws(Refusal) {
        let answer = try client.request(
            "POST",
            url,
            headers: ["Content-Type: application/json", "Accept: application/json"],
            body: NeoParameters.body(statement, maps)
        )
        let detail = answer.text.prefix(1000).trimmingNewlines
        let words = "\(HTTPClient.server(of: url)): \(detail) (HTTP \(answer.status))"
        switch answer.status {
        case 200..<300:
            // An error after the beginning of the answer stands in it.
            guard detail.contains("\"errors\":[{") else { return }
            throw detail.contains("Neo.TransientError") || !isInsert
                ? .temporary(words) : .part(words)
        case 401, 403: throw .blocked(words, remedy: "Correct \"user\" and \"password\".")
        case 404:
            throw .blocked(words, remedy: "Correct \"url\" and \"database\" (Neo4j 5.19 or later).")
        case 400 where detail.contains("Neo.TransientError"): throw .temporary(words)
        case 400 where isInsert, 413: throw .part(words)
        case 400: throw .blocked(words, remedy: "The server must be Neo4j 5.19 or later.")
        default: throw .temporary(words, after: answer.retryAfter)
        }
    }
}
