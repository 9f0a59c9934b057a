/// Reads `message.usage`.
enum ClaudeUsage {
    /// Beyond this a number is no count of tokens, and sums would not hold it.
    private static let limit: Int64 = 1 << 40

    /// What a usage says; absent and impossible numbers are 0.
    ///
    /// Gateways write a break-down of 0 beside a flat count of cache writes, so the flat count is what matters:
    /// what of it is not written for an hour is written for 5 minutes.
    static func tokens(_ usage: JSONValue) -> TokenUsage {
        var tokens = TokenUsage()
        var flat: Int64 = 0
        for (name, value) in usage.members {
            if name.equals("input_tokens") {
                tokens.input = count(value)
            } else if name.equals("output_tokens") {
                tokens.output = count(value)
            } else if name.equals("cache_read_input_tokens") {
                tokens.cacheRead = count(value)
            } else if name.equals("cache_creation_input_tokens") {
                flat = count(value)
            } else if name.equals("cache_creation") {
                tokens.cacheWrite1h = count(value["ephemeral_1h_input_tokens"])
                tokens.cacheWrite5m = count(value["ephemeral_5m_input_tokens"])
            } else if name.equals("server_tool_use") {
                tokens.webSearches = count(value["web_search_requests"])
            } else if name.equals("output_tokens_details") {
                tokens.reasoning = count(value["thinking_tokens"])
            }
        }
        tokens.cacheWrite5m = max(tokens.cacheWrite5m, flat - tokens.cacheWrite1h)
        return tokens
    }

    private static func count(_ value: JSONValue?) -> Int64 {
        guard let number = value?.int, number > 0, number <= limit else { return 0 }
        return number
    }

    /// Millionths of a dollar of a price in dollars; nil when it is none.
    static func microdollars(_ cost: JSONValue?) -> Int64? {
        guard let dollars = cost?.double, dollars >= 0, dollars < 1e9 else { return nil }
        return Int64(exactly: (dollars * 1e6).rounded())
    }
}
