import Catalog
import Core
import SQL

/// Writes rows as the parameters of a request.
enum NeoParameters {
    /// The body of a request: a statement, with a map for each row.
    static func body(_ statement: String, _ maps: [[UInt8]]) -> [UInt8] {
        var text = Array("{\"statement\":".utf8)
        FeedJSON.quote(statement, to: &text)
        text.append(contentsOf: ",\"parameters\":{\"rows\":[".utf8)
        for (index, map) in maps.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text.append(contentsOf: map)
        }
        text.append(contentsOf: "]}}".utf8)
        return text
    }

    /// `id` and `rev`, and with `properties` all values; texts are what people read, so none is cut.
    static func row(_ row: FeedRow, withProperties: Bool) -> [UInt8] {
        var text = Array("{\"id\":\"\(row.id)\",\"rev\":\(row.rev)".utf8)
        if withProperties {
            text.append(contentsOf: ",\"properties\":".utf8)
            appendProperties(of: row, to: &text)
        }
        text.append(UInt8(ascii: "}"))
        return text
    }

    private static func appendProperties(of row: FeedRow, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "{"))
        for (index, (column, value)) in zip(row.table.columns, row.values).enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text.append(contentsOf: "\"\(column.name)\":".utf8)
            // NULL takes a property away that the row has no more.
            FeedJSON.append(value, as: column.kind, to: &text)
        }
        text.append(UInt8(ascii: "}"))
    }

    /// The row's end of a relation; nil when it points nowhere.
    static func link(_ row: FeedRow, _ link: NeoGraph.Link) -> [UInt8]? {
        guard let target = key(row[link.column]) else { return nil }
        var text = Array("{\"id\":\"\(row.id)\",\"target\":".utf8)
        FeedJSON.quote(target, to: &text)
        if let column = link.nameColumn {
            text.append(contentsOf: ",\"name\":".utf8)
            FeedJSON.quote(key(row[column]) ?? "", to: &text)
        }
        text.append(UInt8(ascii: "}"))
        return text
    }

    /// An access; nil for one that no call did.
    static func touch(_ row: FeedRow) -> [UInt8]? {
        guard let call = key(row["call"]), let path = key(row["path"]) else { return nil }
        var text = Array("{\"id\":\"\(row.id)\",\"rev\":\(row.rev),\"call\":\"\(call)\"".utf8)
        text.append(contentsOf: ",\"file\":".utf8)
        FeedJSON.quote("\(key(row["agent"]) ?? ""):\(path)", to: &text)
        text.append(contentsOf: ",\"path\":".utf8)
        FeedJSON.quote(path, to: &text)
        text.append(contentsOf: ",\"properties\":".utf8)
        appendProperties(of: row, to: &text)
        text.append(UInt8(ascii: "}"))
        return text
    }

    private static func key(_ value: SQLValue) -> String? {
        switch value {
        case .text(let text): text.isEmpty ? nil : text
        case .integer(let number): "\(number)"
        default: nil
        }
    }
}
