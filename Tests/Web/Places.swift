import Core
import Foundation
import TestSupport
import Testing

/// Rows of a stage, for the placeholders of paths.
struct Places {
    private var values: [String: String] = [:]
    private let session: String

    init(_ client: WebClient, session: String = Lines.session) throws {
        self.session = session
        let entries = try client.get("/api/entries?session=\(session)").list("entries")
        values["/api/entries"] = (entries.first?["seq"] as? Int).map { String($0) }
        let items = try client.get("/api/sessions/\(session)/transcript").list("items")
        values["/api/items"] = items.first?["id"] as? String
        let calls = try client.get("/api/sessions/\(session)/calls").list("calls")
        values["/api/calls"] = calls.first?["id"] as? String
        let attached = try client.get("/api/sessions/\(session)/attachments").list("attachments")
        values["/api/attachments"] = attached.first?["id"] as? String
    }

    /// A path with its placeholders filled, and the parameters that it needs.
    func target(_ path: String, agent: AgentID = WebStage.laptop) -> String {
        var target = path.replacingOccurrences(of: "{agent}", with: agent.description)
            .replacingOccurrences(of: "{name}", with: "prod")
        for (prefix, value) in values where path.hasPrefix(prefix + "/{") {
            target = target.replacingOccurrences(of: "{seq}", with: value)
                .replacingOccurrences(of: "{id}", with: value)
        }
        target = target.replacingOccurrences(of: "{id}", with: session)
        if path.hasSuffix("/find") { target += "?text=edit" }
        if path.hasSuffix("/history") { target += "?path=/home/ann/ship/a.swift" }
        if path.hasSuffix("/export") { target += "?format=md" }
        if path.hasPrefix("/api/search") { target += "?q=edit" }
        return target
    }
}
