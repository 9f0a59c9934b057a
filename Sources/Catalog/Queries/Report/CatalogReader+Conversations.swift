import Core
import SQL
import Transcripts

extension CatalogReader {
    /// Prompts and answers, in the order of each session, with their classic tags.
    private func spoken(_ filter: RowFilter) throws(OperatorError) -> ReportSource {
        try source(
            "messages m",
            filter,
            joining: "LEFT JOIN tags t ON t.id = m.id",
            where: "m.retracted = 0 AND m.kind IN ('prompt', 'text')"
        )
    }

    /// Who speaks: of people their owner's name, of models the model's.
    private static let speaker =
        "CASE m.role WHEN 'user' THEN COALESCE(o.name, 'user') ELSE COALESCE(m.model, m.role) END"

    /// Messages by who speaks, most first.
    package func speakers(_ filter: RowFilter) throws(OperatorError) -> [ReportCount] {
        try counts(CatalogReader.speaker, try spoken(filter))
    }

    /// Messages by a column of their classic tags, most first.
    package func tags(
        _ filter: RowFilter,
        by column: ClassicMark
    ) throws(OperatorError) -> [ReportCount] {
        try counts("t.\(column.rawValue)", try spoken(filter))
    }

    /// What messages are counted by.
    package enum ClassicMark: String {
        case domain = "domain_chain"
        case tier = "ace_tier"
        case task = "task_category"
        case project = "project_tag"
        case type = "message_type"
    }

    /// Messages by the classic keywords and by the status tags in them, most first.
    package func marks(
        _ filter: RowFilter
    ) throws(OperatorError) -> (keywords: [ReportCount], tags: [ReportCount]) {
        let spoken = try spoken(filter)
        var keywords: [String: Int64] = [:]
        var tags: [String: Int64] = [:]
        try forEach(
            "SELECT t.keywords, t.shl, COUNT(*) \(spoken.sql) AND t.id IS NOT NULL GROUP BY 1, 2",
            spoken.values
        ) { row in
            for keyword in ClassicTagger.keywords(joined: row.text(0)) {
                keywords[keyword, default: 0] += row.int(2)
            }
            for tag in row.text(1).split(separator: " ") where !tag.hasPrefix("@Chain-") {
                tags[String(tag), default: 0] += row.int(2)
            }
        }
        func sorted(_ counts: [String: Int64]) -> [ReportCount] {
            counts.map { ReportCount(name: $0.key, count: $0.value) }
                .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        }
        return (sorted(keywords), sorted(tags))
    }

    /// The collaboration score, and how the conversations went.
    package func conversations(_ filter: RowFilter) throws(OperatorError) -> ReportConversations {
        let spoken = try spoken(filter)
        var result = ReportConversations()
        var score = ClassicScores.Counts()
        let counts = try rows(
            """
            SELECT COUNT(*), COUNT(DISTINCT \(CatalogReader.speaker)),
                COUNT(DISTINCT COALESCE(t.domain_chain, 'unknown')), COUNT(t.id),
                SUM(COALESCE(t.shl, '') <> '')
            \(spoken.sql)
            """,
            spoken.values
        ) { row in (0..<5).map { Int(row.int($0)) } }
        if let counts = counts.first {
            score = ClassicScores.Counts(
                messages: counts[0],
                speakers: counts[1],
                chains: counts[2],
                enriched: counts[3],
                tagged: counts[4]
            )
        }
        result.messages = Int64(score.messages)
        result.collaboration = ClassicScores.collaboration(score)
        try threads(spoken) { result.add($0) }
        return result
    }

    private func threads(
        _ spoken: ReportSource,
        _ body: (ClassicThread) -> Void
    ) throws(OperatorError) {
        var session: Int64?
        var conversation: [ClassicRow] = []
        func end() {
            for thread in ClassicScores.threads(conversation) { body(thread) }
            conversation.removeAll(keepingCapacity: true)
        }
        try forEach(
            """
            SELECT s.id, m.timestamp, \(CatalogReader.speaker), t.domain_chain, t.shl
            \(spoken.sql) AND m.timestamp IS NOT NULL ORDER BY s.id, m.timestamp, m.block, m.id
            """,
            spoken.values
        ) { row in
            if session != row.int(0) { end() }
            session = row.int(0)
            conversation.append(
                ClassicRow(
                    time: WallTime(nanoseconds: row.int(1)),
                    speaker: row.text(2),
                    context: CatalogReader.hex(row.int(0)),
                    chain: row.optionalText(3),
                    shl: row.text(4).split(separator: " ").map(String.init)
                )
            )
        }
        end()
    }

    private func counts(
        _ name: String,
        _ source: ReportSource
    ) throws(OperatorError) -> [ReportCount] {
        try rows(
            """
            SELECT \(name), COUNT(*) \(source.sql) AND \(name) IS NOT NULL
            GROUP BY 1 ORDER BY 2 DESC, 1
            """,
            source.values
        ) { ReportCount(name: $0.text(0), count: $0.int(1)) }
    }
}
