import Core
import Delivery

/// Posts one message of JSON to an address.
package enum WebhookPost {
    /// Posts it, and waits for the answer.
    ///
    /// - Throws: for any status but 200 to 299; the words leave out the path, which may be a secret.
    package static func send(
        _ message: [UInt8],
        to url: String,
        timeout: Duration
    ) throws(OperatorError) {
        let client = HTTPClient(HTTPClient.Access(timeout: timeout))
        let server = HTTPClient.server(of: url)
        let answer: HTTPClient.Answer
        do throws(Refusal) {
            answer = try client.request(
                "POST",
                url,
                headers: ["Content-Type: application/json"],
                body: message
            )
        } catch {
            throw OperatorError(.network, error.words)
        }
        guard (200..<300).contains(answer.status) else {
            throw OperatorError(.network, "\(server) answered HTTP \(answer.status)")
        }
    }
}
