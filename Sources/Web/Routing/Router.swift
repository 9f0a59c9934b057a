/// Finds the route of a request.
package struct Router: Sendable {
    let all: [Route]

    init(_ routes: [Route]) { all = routes }

    /// Every route of the API.
    static var routes: [Route] {
        accessRoutes + liveRoutes + entryRoutes + sessionRoutes + transcriptRoutes
            + inspectorRoutes + callRoutes + searchRoutes + costRoutes + analyticsRoutes
            + fileRoutes + compactionRoutes + securityRoutes + conversationRoutes + consumerRoutes
            + fleetRoutes
            + settingsRoutes + classicRoutes + machineRoutes
    }

    /// The methods and patterns of all routes, with the role that each needs, for the documentation's test.
    package static var table:
        [(method: String, pattern: String, role: String?, parameters: Set<String>)]
    {
        routes.map { ($0.method, $0.pattern, $0.role?.rawValue, $0.parameters) }
    }

    /// The route, and the values of its placeholders; a question without its body is the question.
    ///
    /// - Throws: 404 and 405.
    func route(
        _ method: String,
        _ path: [String]
    ) throws(APIError) -> (Route, [String: String]) {
        let method = method == "HEAD" ? "GET" : method
        var methods: Set<String> = []
        for route in all {
            guard let values = route.match(path) else { continue }
            if route.method == method { return (route, values) }
            methods.insert(route.method)
        }
        guard methods.isEmpty else {
            throw APIError(
                405,
                "method",
                "this takes \(methods.sorted().joined(separator: ", ")) only"
            )
        }
        throw .missing("there is nothing here", remedy: "GET /api/openapi.json says what there is.")
    }
}
