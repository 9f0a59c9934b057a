import SQL
import Transcripts

/// Writes `tags`: the classic classification of a message, under the message's identifier.
final class TagTable {
    private static let columns =
        ["id"] + Attribution.columns.dropLast() + [
            "message", "ruleset", "domain_chain", "ace_tier", "shl", "keywords", "message_type",
            "project_tag", "task_category",
        ]

    let table: RowTable
    private let store: CatalogStore

    init(_ store: CatalogStore) throws(SQLError) {
        self.store = store
        table = try RowTable(store.database, "tags", TagTable.columns)
    }

    /// Adds the tags of a message that is new.
    func add(_ tags: TagSet, of message: Int64, _ who: Attribution) throws(SQLError) {
        guard try !store.isRetired(message, table) else { return }
        try store.insert(values(tags, message, who), into: table)
    }

    /// Brings the tags of a message up to date.
    ///
    /// `tags`: nil when only the message's attribution may have changed.
    func set(_ tags: TagSet??, of message: Int64, _ who: Attribution) throws(SQLError) {
        guard let former = try table.load(message) else {
            if let tags = tags ?? nil { try add(tags, of: message, who) }
            return
        }
        let row: [SQLValue]
        switch tags {
        case .none: row = [former[0]] + who.values.dropLast() + former[5...]
        case .some(let tags?): row = values(tags, message, who)
        case .some(nil): return try store.bury(message, in: table)
        }
        if row != former { try store.update(row, in: table) }
    }

    private func values(_ tags: TagSet, _ message: Int64, _ who: Attribution) -> [SQLValue] {
        [.integer(message)] + who.values.dropLast() + [
            .integer(message), .text("classic"), .text(tags.domainChain), .text(tags.aceTier),
            .text(tags.shl.joined(separator: " ")), .text(tags.keywords.joined(separator: " ")),
            .text(tags.messageType), SQLValue(tags.projectTag), SQLValue(tags.taskCategory),
        ]
    }
}
