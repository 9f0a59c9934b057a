/// What a session is settled from; all in an order that does not depend on arrival.
enum SettlingQueries {
    /// Whether a row is of the main chain; a session with responses in side conversations only is one itself.
    private static func isMain(_ table: String) -> String {
        """
        (\(table).sidechain = 0 OR NOT EXISTS (
            SELECT 1 FROM responses o WHERE o.session = ?1 AND o.sidechain = 0))
        """
    }

    /// Compactions (0), messages (1), calls (2) and responses (3) of the main chain: what, time, block, identifier,
    /// then what each of them needs.
    static let events = """
        SELECT 0, timestamp, 0, id, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM compactions WHERE session = ?1 AND partial = 0
        UNION ALL
        SELECT 1, m.timestamp, m.block, m.id, m.kind, m.length, m.normal_hash, m.call,
            coalesce(m.message_key, m.entry),
            m.kind = 'tool_result' AND t.outcome = 'error',
            CASE m.kind WHEN 'tool_result' THEN coalesce(t.file_path, t.target_directory || '/.') END
        FROM messages m LEFT JOIN tool_usage t ON t.id = m.call AND t.session = ?1
        WHERE m.session = ?1 AND m.retracted = 0 AND \(isMain("m"))
        UNION ALL
        SELECT 2, timestamp, 0, id, name, input_hash, category, command, outcome = 'error', NULL, NULL
        FROM tool_usage WHERE session = ?1 AND name IS NOT NULL AND \(isMain("tool_usage"))
        UNION ALL
        SELECT 3, timestamp, 0, id,
            input_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens,
            context_window, model, entry, agent, owner, NULL
        FROM responses WHERE session = ?1 AND error = 0 AND \(isMain("responses"))
        ORDER BY 2, 1, 3, 4
        """

    /// Call and path of each file that a call wrote to.
    static let edits = """
        SELECT call, path FROM file_access
        WHERE session = ? AND call IS NOT NULL AND operation IN ('write', 'edit', 'delete')
        ORDER BY call, path
        """

    /// Accesses: identifier, path, time, pattern, operation, range, whether in a side conversation.
    static let accesses = """
        SELECT a.id, a.path, a.timestamp, a.pattern, a.operation, a.range,
            coalesce(t.sidechain, 0)
        FROM file_access a LEFT JOIN tool_usage t ON t.id = a.call AND t.session = ?1
        WHERE a.session = ?1 ORDER BY a.timestamp, a.id
        """

    /// The time between events, of which five minutes of each gap count (formula 9).
    static let activeTime = """
        SELECT coalesce(sum(min(gap, 300000000000)), 0) FROM (
            SELECT timestamp - lag(timestamp) OVER (ORDER BY timestamp) AS gap FROM entries
            WHERE session = ? AND timestamp IS NOT NULL AND first = seq)
        """

    /// The kind of the last message.
    static let ending = """
        SELECT kind FROM messages
        WHERE session = ? AND retracted = 0 AND kind IN ('prompt', 'text', 'tool_use', 'tool_result',
            'api_error', 'interruption')
        ORDER BY timestamp DESC, block DESC, id DESC LIMIT 1
        """

    /// A record of the session whose event was told first in another.
    static let origins = """
        SELECT 1 FROM entries e JOIN entries f ON f.seq = e.first
        WHERE e.session = ?1 AND e.first <> e.seq AND f.session <> ?1 LIMIT 1
        """

    /// The kind of the first message.
    static let firstMessage = """
        SELECT kind FROM messages WHERE session = ? AND retracted = 0
            AND kind IN ('prompt', 'text', 'compact_summary')
        ORDER BY timestamp, block, id LIMIT 1
        """
}
