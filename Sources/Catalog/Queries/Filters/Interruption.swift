/// Prompts that were interrupted before the next (formula 22).
enum Interruption {
    /// Whether a message is such a prompt, whatever time is asked for.
    static func isInterrupted(_ message: String) -> String {
        """
        \(message).kind = 'prompt' AND (
            SELECT n.kind FROM messages n
            WHERE n.session = \(message).session AND n.retracted = 0
                AND n.kind IN ('prompt', 'interruption') AND n.timestamp >= \(message).timestamp
                AND (n.timestamp, n.id) > (\(message).timestamp, \(message).id)
            ORDER BY n.timestamp, n.id LIMIT 1) = 'interruption'
        """
    }
}
