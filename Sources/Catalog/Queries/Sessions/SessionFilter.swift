/// Which sessions are listed, and how many of them.
package struct SessionFilter: Sendable, Hashable {
    /// What is typed as a query: filters, and words of the title.
    ///
    /// The span is that of the last activity.
    package var query = SearchQuery()
    package var order = Order.recent
    package var limit = 20
    package var offset = 0
    /// Whether subagents are listed.
    package var withSubagents = false

    /// What comes first.
    package enum Order: String, Sendable, CaseIterable {
        case recent
        case oldest
        case cost
        case tokens
        case errors

        var sql: String {
            switch self {
            case .recent: "s.ended IS NULL, s.ended DESC, s.id"
            case .oldest: "s.ended IS NULL, s.ended, s.id"
            case .cost: "s.cost DESC, s.ended DESC, s.id"
            case .tokens:
                "s.input_tokens + s.output_tokens + s.cache_write_tokens + s.cache_read_tokens DESC,"
                    + " s.ended DESC, s.id"
            case .errors: "s.tool_errors DESC, s.ended DESC, s.id"
            }
        }
    }

    package init() {}
}
