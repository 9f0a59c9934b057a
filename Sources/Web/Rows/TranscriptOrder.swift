import Catalog
import Core
import SQL
import Transcripts

/// The items of a session in their order, each in a few bytes: what pages, jumps and scrollbars are made from.
final class TranscriptOrder: Sendable {
    struct Item: Sendable {
        /// The message's `row` and `id`.
        var row: Int64
        var id: Int64
        /// The `seq` of its record.
        var entry: Int64
        /// Nanoseconds; nil for none.
        var timestamp: Int64?
        var length: Int64
        /// Among `kinds`.
        var kind: UInt8
    }

    /// The names of kinds, by number.
    static let kinds = MessageKind.allCases.map(\.rawValue)

    /// The session's revision that it is of.
    let rev: Int64
    let items: [Item]

    init(_ session: Int64, rev: Int64, _ context: RequestContext) throws(APIError) {
        self.rev = rev
        let numbers = Dictionary(
            TranscriptOrder.kinds.enumerated().map { ($1, UInt8($0)) },
            uniquingKeysWith: { first, _ in first }
        )
        var items: [Item] = []
        try context.forEach(
            """
            SELECT x.row, x.id, x.timestamp, x.length, x.kind, x.entry FROM messages x
            WHERE x.session = ? AND x.retracted = 0
            ORDER BY x.timestamp IS NULL, x.timestamp, x.entry, x.block, x.id
            """,
            [.integer(session)]
        ) { row in
            items.append(
                Item(
                    row: row.int(0),
                    id: row.int(1),
                    entry: row.int(5),
                    timestamp: row.optionalInt(2),
                    length: row.int(3),
                    kind: numbers[row.text(4)] ?? UInt8(TranscriptOrder.kinds.count)
                )
            )
        }
        self.items = items
    }

    private init(rev: Int64, items: [Item]) {
        self.rev = rev
        self.items = items
    }

    /// Where each item stands, by its identifier.
    var places: [Int64: Int] {
        Dictionary(
            items.enumerated().map { ($1.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Where the first item of each record stands, by the record's `seq`.
    var placesOfEntries: [Int64: Int] {
        Dictionary(
            items.enumerated().map { ($1.entry, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Only items of these kinds.
    func filtered(_ kinds: Set<String>) -> TranscriptOrder {
        let wanted = Set(
            TranscriptOrder.kinds.indices.filter { kinds.contains(TranscriptOrder.kinds[$0]) }
                .map { UInt8($0) }
        )
        return TranscriptOrder(rev: rev, items: items.filter { wanted.contains($0.kind) })
    }
}
