import Core
import Settings
import TestSupport

/// The stand-in for QuestDB.
final class QuestTarget: DeliveryTarget {
    private let server: PythonServer
    let tables = ["messages", "responses"]

    init() throws { server = try PythonServer("questdb", [], .system) }

    var port: Int? { server.port }

    func configure(_ settings: inout ConsumerSettings, port: Int) {
        settings.backend = .questdb
        settings.url = "http://127.0.0.1:\(port)"
        settings.user = "admin"
        settings.password = "secret"
    }

    func drift() throws -> Bool {
        try Shell.run(
            "curl -sfG -u admin:secret http://127.0.0.1:\(server.port)/exec --data-urlencode "
                + "'query=ALTER TABLE \"claude_messages\" DROP COLUMN \"language\"'"
        )
        return true
    }

    func poison(_ table: String, _ id: Int64) throws -> Bool {
        try server.ask("/poison?id=\(id)", isOrder: true)
        return true
    }

    func cure(_ table: String) throws { try server.ask("/poison?id=", isOrder: true) }

    func rows() throws -> [String: Int64] {
        var rows: [String: Int64] = [:]
        for table in tables {
            let text = try server.ask("/rows?table=claude_\(table)")
            for line in text.split(separator: "\n") { try rows.add(line: line, table: table) }
        }
        return rows
    }
}

/// The stand-in for Neo4j.
final class NeoTarget: DeliveryTarget {
    private let server: PythonServer
    let tables = ["messages", "sessions"]

    init() throws { server = try PythonServer("neo4j", [], .system) }

    var port: Int? { server.port }

    func configure(_ settings: inout ConsumerSettings, port: Int) {
        settings.backend = .neo4j
        settings.url = "http://127.0.0.1:\(port)"
        settings.password = "secret"
    }

    func drift() throws -> Bool {
        try server.ask("/drift", isOrder: true)
        return true
    }

    func poison(_ table: String, _ id: Int64) throws -> Bool {
        try server.ask("/poison?id=\(id)", isOrder: true)
        return true
    }

    func cure(_ table: String) throws { try server.ask("/poison?id=", isOrder: true) }

    func rows() throws -> [String: Int64] {
        var rows: [String: Int64] = [:]
        for (table, label) in [("messages", "Message"), ("sessions", "Session")] {
            let text = try server.ask("/rows?label=\(label)")
            for line in text.split(separator: "\n") { try rows.add(line: line, table: table) }
        }
        return rows
    }
}

/// The stand-in for MongoDB.
final class MongoTarget: DeliveryTarget {
    /// Whether the client library is there, without which no consumer can speak to it.
    static let isInstalled =
        (try? Shell.run("ldconfig -p | grep -q libmongoc-1.0.so.0")) != nil

    private let server: PythonServer
    let tables = ["entries"]

    init() throws { server = try PythonServer("mongodb", [], .system) }

    var port: Int? { server.port }

    func configure(_ settings: inout ConsumerSettings, port: Int) {
        settings.backend = .mongodb
        settings.url = "mongodb://127.0.0.1:\(port)"
    }

    @discardableResult
    private func ask(_ words: String) throws -> String {
        let script = PythonServer.script("mongodb")
        return try Shell.run("PYTHONDONTWRITEBYTECODE=1 python3 \(script) \(words)")
    }

    func drift() throws -> Bool {
        try ask("drift \(server.port)")
        return true
    }

    func poison(_ table: String, _ id: Int64) throws -> Bool {
        try ask("poison \(server.port) ' \(id)'")
        return true
    }

    func cure(_ table: String) throws { try ask("poison \(server.port) ''") }

    func rows() throws -> [String: Int64] {
        var rows: [String: Int64] = [:]
        for line in try ask("rows \(server.port) conversations").split(separator: "\n") {
            try rows.add(line: line, table: "entries")
        }
        return rows
    }
}

/// The stand-in for somebody's web hook.
final class HookTarget: DeliveryTarget {
    private let server: PythonServer

    init() throws { server = try PythonServer("webhook", [], .system) }

    var port: Int? { server.port }

    func configure(_ settings: inout ConsumerSettings, port: Int) {
        settings.backend = .webhook
        settings.url = "http://127.0.0.1:\(port)/rows-please"
        settings.secret = "shared"
    }

    func poison(_ table: String, _ id: Int64) throws -> Bool {
        try server.ask("/poison?id=\(id)", isOrder: true)
        return true
    }

    func cure(_ table: String) throws { try server.ask("/poison?id=", isOrder: true) }

    func rows() throws -> [String: Int64] {
        var latest = LatestRows()
        for line in try server.ask("/rows").split(separator: "\n") { try latest.add(line: line) }
        return latest.kept(tables)
    }
}
