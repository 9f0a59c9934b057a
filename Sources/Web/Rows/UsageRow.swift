import Catalog
import SQL

/// What a response used, as the API tells it; `r` is the response.
enum UsageRow {
    static let columns = """
        r.model, r.input_tokens, r.output_tokens, r.reasoning_tokens, r.cache_write_5m_tokens,
        r.cache_write_1h_tokens, r.cache_read_tokens, r.cost
        """
    static let count = 8

    /// The same of several responses.
    static let sums = """
        SUM(r.input_tokens), SUM(r.output_tokens), SUM(r.reasoning_tokens),
        SUM(r.cache_write_5m_tokens), SUM(r.cache_write_1h_tokens), SUM(r.cache_read_tokens),
        SUM(r.cost), COUNT(*), SUM(r.cost IS NULL)
        """

    static func write(
        _ key: StaticString?,
        _ row: Statement,
        _ first: Int,
        _ json: inout JSONBuffer
    ) {
        json.object(key) { json in
            json.string("model", row.optionalText(first))
            tokens(row, first + 1, &json)
            json.number("cost", row.optionalInt(first + 7))
        }
    }

    /// Writes the members of sums.
    static func writeSums(_ row: Statement, _ first: Int, _ json: inout JSONBuffer) {
        tokens(row, first, &json)
        json.number("cost", row.int(first + 6))
        json.number("responses", row.int(first + 7))
        json.number("unpriced", row.int(first + 8))
    }

    private static func tokens(_ row: Statement, _ first: Int, _ json: inout JSONBuffer) {
        let numbers = (0..<6).map { row.int(first + $0) }
        json.number("input", numbers[0])
        json.number("output", numbers[1])
        json.number("reasoning", numbers[2])
        json.number("cache_write_5m", numbers[3])
        json.number("cache_write_1h", numbers[4])
        json.number("cache_read", numbers[5])
        // Reasoning is in the output.
        json.number("tokens", numbers.reduce(0, &+) &- numbers[2])
    }

    /// Writes the members of a sum that the catalog made.
    static func write(_ sum: UsageSum, _ json: inout JSONBuffer) {
        json.number("input", sum.input)
        json.number("output", sum.output)
        json.number("cache_write_5m", sum.cacheWrite5m)
        json.number("cache_write_1h", sum.cacheWrite1h)
        json.number("cache_read", sum.cacheRead)
        json.number("tokens", sum.tokens)
        json.number("cost", sum.cost)
        json.number("responses", sum.responses)
        json.number("unpriced", sum.unpriced)
    }
}
