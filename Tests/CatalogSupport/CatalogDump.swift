import Core
import SQL

/// All rows of a catalog in words that do not depend on when they were written: without `rev`, records by their
/// identifier, agents and owners by their names.
package struct CatalogDump: Equatable {
    package private(set) var tables: [String: [String]] = [:]

    private static let names = [
        "files", "entries", "sessions", "titles", "turns", "compactions", "messages", "responses",
        "tool_usage", "file_access", "context_analysis", "findings", "attachments", "tags",
        "session_claims",
    ]
    /// Numbers of this file, and what is random in it.
    private static let skipped: Set<String> = [
        "rev", "seq", "row", "hash", "state", "changes",
        // The archive knows when the last bytes of a file came, not each.
        "received",
    ]
    private static let records: Set<String> = [
        "entry", "content_entry", "call_entry", "result_entry", "result_content_entry", "first",
    ]

    package init(_ database: Connection) throws {
        let records = try CatalogDump.map(database, "SELECT seq, id FROM entries")
        let agents = try CatalogDump.map(database, "SELECT agent, identity FROM agents")
        let owners = try CatalogDump.map(database, "SELECT owner, name FROM owners")
        for name in CatalogDump.names {
            let query = try database.prepare("SELECT * FROM \(name)")
            let columns = (0..<query.columnCount).map { query.columnName($0) }
            let isClaims = name == "session_claims"
            tables[name] = try query.all { row in
                columns.indices.compactMap { index -> String? in
                    let column = columns[index]
                    guard !CatalogDump.skipped.contains(column) else { return nil }
                    var value = CatalogDump.text(row.value(index))
                    if CatalogDump.records.contains(column) || isClaims && column != "session" {
                        value = records[value] ?? value
                    }
                    if column == "agent" { value = agents[value] ?? value }
                    if column == "owner" { value = owners[value] ?? value }
                    return "\(column)=\(value)"
                }.joined(separator: " ")
            }.sorted()
        }
    }

    private static func text(_ value: SQLValue) -> String {
        switch value {
        case .null: "-"
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): text
        case .blob(let bytes): Hex.encode(bytes)
        }
    }

    private static func map(_ database: Connection, _ sql: String) throws -> [String: String] {
        let pairs = try database.prepare(sql).all { (text($0.value(0)), text($0.value(1))) }
        return Dictionary(pairs) { a, _ in a }
    }

    /// The rows that are not in both, at most 12.
    package func differences(from other: CatalogDump) -> [String] {
        var found: [String] = []
        for name in CatalogDump.names {
            let mine = tables[name] ?? []
            let its = other.tables[name] ?? []
            let theirs = Set(its)
            let ours = Set(mine)
            found += mine.filter { !theirs.contains($0) }.map { "- \(name): \($0)" }
            found += its.filter { !ours.contains($0) }.map { "+ \(name): \($0)" }
            if mine.count != its.count { found.append("\(name): \(mine.count), \(its.count)") }
        }
        return Array(found.prefix(12))
    }
}
