/// A request as it came, its body whole.
package struct HTTPRequest: Sendable {
    /// "GET", "POST" …; of "HEAD" the answer's body is left out by the server.
    package var method: String
    /// The path and the query, as the client wrote them.
    package var target: String
    /// The names in lower case; of several with one name the last.
    package var headers: [String: String]
    package var body: [UInt8]
    /// The client's address; empty when it is not known.
    package var client: String

    package init(
        method: String,
        target: String,
        headers: [String: String] = [:],
        body: [UInt8] = [],
        client: String = ""
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.client = client
    }

    /// The most bytes that a body may have.
    static let bodyLimit = 64 << 10
}
