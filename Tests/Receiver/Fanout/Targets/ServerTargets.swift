import Core
import Settings
import TestSupport

/// A PostgreSQL server.
final class PostgresTarget: DeliveryTarget {
    private let server: PostgresServer

    init() throws { server = try PostgresServer() }

    var port: Int? { server.port }

    func configure(_ settings: inout ConsumerSettings, port: Int) {
        settings.backend = .postgresql
        settings.url = "postgresql://127.0.0.1:\(port)/postgres"
        settings.user = "shipper"
        settings.password = "secret"
    }

    func drift() throws -> Bool {
        try server.run("ALTER TABLE claude_messages DROP COLUMN language, ADD COLUMN mine text")
        return true
    }

    func poison(_ table: String, _ id: Int64) throws -> Bool {
        try server.run(
            "ALTER TABLE claude_\(table) ADD CONSTRAINT poison CHECK (id <> \(id)) NOT VALID"
        )
        return true
    }

    func cure(_ table: String) throws {
        try server.run("ALTER TABLE claude_\(table) DROP CONSTRAINT poison")
    }

    func empty() throws -> Bool {
        for table in tables { try server.run("TRUNCATE claude_\(table)") }
        return true
    }

    func rows() throws -> [String: Int64] {
        var rows: [String: Int64] = [:]
        for table in tables {
            for line in try server.run("SELECT id, rev FROM claude_\(table)").split(separator: "\n")
            { try rows.add(line: line, table: table) }
        }
        return rows
    }
}

/// ClickHouse's own engine behind a front of ours.
final class ClickHouseTarget: DeliveryTarget {
    private let server: PythonServer

    init(_ folder: String) throws {
        server = try PythonServer("clickhouse", [folder + "/ch"], .servers)
    }

    var port: Int? { server.port }

    func configure(_ settings: inout ConsumerSettings, port: Int) {
        settings.backend = .clickhouse
        settings.url = "http://127.0.0.1:\(port)"
        settings.user = "default"
        settings.password = "secret"
    }

    @discardableResult
    private func run(_ query: String) throws -> String {
        try server.post("/", query, user: "default:secret")
    }

    func drift() throws -> Bool {
        try run("ALTER TABLE tailship.claude_messages DROP COLUMN language")
        try run("ALTER TABLE tailship.claude_messages ADD COLUMN mine String")
        return true
    }

    func poison(_ table: String, _ id: Int64) throws -> Bool {
        // The engine checks no constraints on this way in.
        try server.ask("/poison?id=\(id)", isOrder: true)
        return true
    }

    func cure(_ table: String) throws { try server.ask("/poison?id=", isOrder: true) }

    func empty() throws -> Bool {
        for table in tables { try run("TRUNCATE TABLE tailship.claude_\(table)") }
        return true
    }

    func rows() throws -> [String: Int64] {
        var rows: [String: Int64] = [:]
        for table in tables {
            let text = try run(
                "SELECT id, rev FROM tailship.claude_\(table) FINAL FORMAT TabSeparated"
            )
            for line in text.split(separator: "\n") { try rows.add(line: line, table: table) }
        }
        return rows
    }
}
