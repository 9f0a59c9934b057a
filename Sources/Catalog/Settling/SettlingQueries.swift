/// What a session is settled from; all in an order that does not depend on arrival.
enum SettlingQueries {
    /// Compactions (0), texts (1), tool outputs (2) and responses of the main chain (3): what, time, identifier,
    /// entry, agent, owner, timestamp, then what each kind needs.
    ///
    /// A session that has responses in side conversations only is one itself.
    static let events = """
        SELECT 0, timestamp, id, 0, 0, 0, 0, 0, 0, NULL, NULL
        FROM compactions WHERE session = ?1 AND partial = 0
        UNION ALL
        SELECT CASE kind WHEN 'tool_result' THEN 2 ELSE 1 END, m.timestamp, m.id, 0, 0, 0, 0, 0,
            m.length, m.sha256,
            kind = 'tool_result' AND m.call IS NOT NULL
                AND (SELECT outcome = 'error' FROM tool_usage t WHERE t.id = m.call)
        FROM messages m
        WHERE m.session = ?1 AND m.retracted = 0
            AND (m.sidechain = 0 OR NOT EXISTS (
                SELECT 1 FROM responses WHERE session = ?1 AND sidechain = 0))
        UNION ALL
        SELECT 3, timestamp, id, entry, agent, owner, timestamp, 0,
            input_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens,
            context_window, model
        FROM responses
        WHERE session = ?1 AND error = 0
            AND (sidechain = 0 OR NOT EXISTS (
                SELECT 1 FROM responses WHERE session = ?1 AND sidechain = 0))
        ORDER BY 2, 1, 3
        """

    /// Name, input, path of an edit, whether it failed.
    static let calls = """
        SELECT name, input_hash, CASE WHEN category = 'file_operations' THEN file_path END,
            outcome = 'error'
        FROM tool_usage WHERE session = ? AND name IS NOT NULL ORDER BY timestamp, id
        """

    /// The kind of the last message of the main chain.
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
