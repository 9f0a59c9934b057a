import Catalog
import Core
import Delivery
import Platform
import Settings
import TLS

/// Delivers rows by HTTP POST, as lines of JSON, at least once.
///
/// ```
/// POST URL
/// Content-Type: application/x-ndjson
/// X-Tailship-Consumer: NAME
/// X-Tailship-Batch: 3f2a…            the same for the same rows: tells a repeat
/// X-Tailship-Timestamp: 1790000000   seconds since 1970
/// X-Tailship-Signature: sha256=…     HMAC-SHA256 over the timestamp, a ".", and the body; with a secret only
/// ```
/// Any status from 200 to 299 says that the rows are kept. 400, 413, 415 and 422 mean that they can never be taken: the
/// batch is halved until the row is found, which goes to the dead letters.
final class WebhookBackend: Backend {
    private let settings: ConsumerSettings
    private let client: HTTPClient
    private let secret: String?

    init(_ settings: ConsumerSettings) throws(OperatorError) {
        self.settings = settings
        secret = try BackendFactory.secret(settings.secret, file: settings.secretFile)
        client = HTTPClient(
            HTTPClient.Access(authority: settings.authority, timeout: settings.timeout)
        )
    }

    let schema = ""

    func prepare() throws(Refusal) -> Cursor? { nil }

    func close() {}

    func deliver(_ batch: DeliveryBatch, from source: any DeliverySource) throws(Refusal) {
        var body: [UInt8] = []
        for row in batch.rows {
            FeedJSON.append(row, to: &body)
            body.append(UInt8(ascii: "\n"))
        }
        let time = "\(Clock.wall().seconds)"
        var headers = [
            "Content-Type: application/x-ndjson",
            "X-Tailship-Consumer: \(settings.name)",
            "X-Tailship-Batch: \(Hex.encode(Checksum.xxh3(body)))",
            "X-Tailship-Timestamp: \(time)",
        ]
        if let secret {
            let code = KeyedHash.of(Array((time + ".").utf8) + body, key: Array(secret.utf8))
            headers.append("X-Tailship-Signature: sha256=\(Hex.encode(code))")
        }
        let url = settings.url ?? ""
        let answer = try client.request("POST", url, headers: headers, body: body)
        try check(answer, HTTPClient.server(of: url))
    }

    private func check(_ answer: HTTPClient.Answer, _ server: String) throws(Refusal) {
        let detail = answer.text.prefix(500).split(separator: "\n").first ?? ""
        let words = "\(server) answered HTTP \(answer.status) \(detail)"
        switch answer.status {
        case 200..<300: return
        case 400, 413, 415, 422: throw .part(words)
        case 401, 403:
            throw .blocked(words, remedy: "Correct \"secret\", or what the server asks for.")
        case 300..<400, 404, 405, 410: throw .blocked(words, remedy: "Correct \"url\".")
        default: throw .temporary(words, after: answer.retryAfter)
        }
    }
}
