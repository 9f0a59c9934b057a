/// What is answered: a status, headers and a body.
package struct HTTPResponse: Sendable {
    /// Where the bytes are.
    package enum Body: Sendable {
        case bytes([UInt8])
        /// A part of a file.
        case file(FileBody)
        /// Whatever is written to the feed until it is closed.
        case feed(Feed)
    }

    package var status: UInt32
    package var headers: [(name: String, value: String)]
    package var body: Body

    package init(
        _ status: UInt32,
        _ headers: [(name: String, value: String)] = [],
        _ body: Body = .bytes([])
    ) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Adds a header, in place of one of that name.
    mutating func set(_ name: String, _ value: String) {
        headers.removeAll { $0.name == name }
        headers.append((name, value))
    }

    /// Compresses what is worth it.
    mutating func compress() {
        guard case .bytes(let bytes) = body, bytes.count >= Gzip.least,
            header("Content-Encoding") == nil,
            let type = header("Content-Type"),
            type.hasPrefix("text/") || type.contains("json") || type.contains("javascript")
                || type.contains("svg")
        else { return }
        set("Vary", "Accept-Encoding")
        guard let packed = Gzip.compress(bytes) else { return }
        set("Content-Encoding", "gzip")
        body = .bytes(packed)
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
