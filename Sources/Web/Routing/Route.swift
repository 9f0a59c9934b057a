import Catalog

/// One thing that can be asked.
struct Route: Sendable {
    /// What its answer depends on.
    enum Source: Sendable {
        /// The catalog: answers have an ETag, and are made on a reader's thread.
        case catalog
        /// The catalog at this moment, or state beside it: no ETag.
        case live
        /// What is in memory: answered at once.
        case memory
    }

    let method: String
    /// With placeholders, as "/api/sessions/{id}".
    let pattern: String
    let segments: [Substring]
    /// Who may ask at least; nil for everybody.
    let role: Role?
    let parameters: Set<String>
    let source: Source
    let answer: @Sendable (RequestContext) throws(APIError) -> HTTPResponse

    init(
        _ method: String,
        _ pattern: String,
        _ role: Role?,
        _ parameters: Set<String> = [],
        _ source: Source = .catalog,
        answer: @escaping @Sendable (RequestContext) throws(APIError) -> HTTPResponse
    ) {
        self.method = method
        self.pattern = pattern
        segments = pattern.split(separator: "/")
        self.role = role
        self.parameters = parameters
        self.source = source
        self.answer = answer
    }

    /// A question that is answered with JSON.
    static func get(
        _ pattern: String,
        _ role: Role?,
        _ parameters: Set<String> = [],
        _ source: Source = .catalog,
        _ body: @escaping @Sendable (RequestContext, inout JSONBuffer) throws(APIError) -> Void
    ) -> Route {
        json("GET", pattern, role, parameters, source, body)
    }

    /// A change that is answered with JSON.
    static func change(
        _ method: String,
        _ pattern: String,
        _ role: Role?,
        _ body: @escaping @Sendable (RequestContext, inout JSONBuffer) throws(APIError) -> Void
    ) -> Route {
        json(method, pattern, role, [], .live, body)
    }

    private static func json(
        _ method: String,
        _ pattern: String,
        _ role: Role?,
        _ parameters: Set<String>,
        _ source: Source,
        _ body: @escaping @Sendable (RequestContext, inout JSONBuffer) throws(APIError) -> Void
    ) -> Route {
        Route(method, pattern, role, parameters, source) { context throws(APIError) in
            var json = JSONBuffer()
            try json.object(nil) { (json) throws(APIError) in
                try body(context, &json)
                let pending = context.reader?.learning?.pending.count ?? 0
                if pending > 0 { json.number("pending_sessions", Int64(pending)) }
            }
            return .json(json)
        }
    }

    /// The values of the placeholders; nil for another path.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            if segment.first == "{" {
                values[String(segment.dropFirst().dropLast())] = text
            } else if segment != text {
                return nil
            }
        }
        return values
    }
}

extension HTTPResponse {
    /// An answer of JSON.
    static func json(_ json: JSONBuffer) -> HTTPResponse {
        HTTPResponse(200, [("Content-Type", "application/json")], .bytes(json.bytes))
    }
}
