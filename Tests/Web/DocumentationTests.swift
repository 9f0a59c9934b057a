import Foundation
import TestSupport
import Testing
import Web

/// docs/openapi.json and the program say the same.
@Suite struct DocumentationTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func document() throws -> [String: Any] {
        let data = try Data(contentsOf: root.appendingPathComponent("docs/openapi.json"))
        return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// Each operation as "GET /path role", and its parameters in the query.
    static func operations() throws -> [String: Set<String>] {
        let document = try document()
        let components = document["components"] as? [String: Any] ?? [:]
        let known = components["parameters"] as? [String: [String: Any]] ?? [:]
        var operations: [String: Set<String>] = [:]
        for (path, methods) in document["paths"] as? [String: [String: [String: Any]]] ?? [:] {
            for (method, operation) in methods {
                let role = operation["x-role"] as? String ?? "?"
                let parameters = operation["parameters"] as? [[String: Any]] ?? []
                let names = parameters.compactMap { parameter -> String? in
                    let reference = (parameter["$ref"] as? String)?.components(separatedBy: "/")
                        .last
                    let found = reference.flatMap { known[$0] } ?? parameter
                    return found["in"] as? String == "query" ? found["name"] as? String : nil
                }
                operations["\(method.uppercased()) \(path) \(role)"] = Set(names)
            }
        }
        return operations
    }

    @Test("Every route is documented with its role, and everything documented is a route")
    func routes() throws {
        let routes = Router.table.map { "\($0.method) \($0.pattern) \($0.role ?? "none")" }
        #expect(Set(routes) == Set(try Self.operations().keys))
        #expect(routes.count == Set(routes).count)
    }

    @Test("Every parameter is documented, and everything documented is a parameter")
    func parameters() throws {
        let operations = try Self.operations()
        for route in Router.table {
            let name = "\(route.method) \(route.pattern) \(route.role ?? "none")"
            #expect(operations[name] == route.parameters, "\(name)")
        }
    }

    @Test("docs/api.md names every path")
    func text() throws {
        let url = Self.root.appendingPathComponent("docs/api.md")
        let text = try String(contentsOf: url, encoding: .utf8)
        for route in Router.table where !text.contains(route.pattern) {
            // Actions are named by their last word.
            let last = route.pattern.split(separator: "/").last ?? ""
            #expect(text.contains("/\(last)"), "\(route.pattern)")
        }
    }
}
