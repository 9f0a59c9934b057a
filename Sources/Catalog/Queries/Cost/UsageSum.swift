import SQL

/// Responses, their tokens by class, each token in one class, and what they cost.
package struct UsageSum: Sendable, Hashable {
    package var responses: Int64 = 0
    package var input: Int64 = 0
    package var output: Int64 = 0
    package var cacheWrite5m: Int64 = 0
    package var cacheWrite1h: Int64 = 0
    package var cacheRead: Int64 = 0
    /// Millionths of a dollar, of the responses that have a price.
    package var cost: Int64 = 0
    /// Responses without a price.
    package var unpriced: Int64 = 0

    package init() {}

    static let columns = """
        COUNT(*), SUM(r.input_tokens), SUM(r.output_tokens), SUM(r.cache_write_5m_tokens),
        SUM(r.cache_write_1h_tokens), SUM(r.cache_read_tokens), SUM(r.cost), SUM(r.cost IS NULL)
        """

    /// `first`: the column where `columns` begins.
    init(_ row: borrowing Statement, from first: Int) {
        self.init { row.int(first + $0) }
    }

    /// `first`: the column where `columns` begins.
    init(_ row: SessionRow, from first: Int) {
        self.init { row.int(first + $0) }
    }

    /// The values of `columns`, by their number in them.
    private init(_ column: (Int) -> Int64) {
        responses = column(0)
        input = column(1)
        output = column(2)
        cacheWrite5m = column(3)
        cacheWrite1h = column(4)
        cacheRead = column(5)
        cost = column(6)
        unpriced = column(7)
    }

    package var tokens: Int64 { input + output + cacheWrite5m + cacheWrite1h + cacheRead }

    /// Which share of what the model read came from its cache (formula 4): 0 to 1; nil when it read nothing.
    package var cacheHitRate: Double? {
        let read = input + cacheWrite5m + cacheWrite1h + cacheRead
        return read > 0 ? Double(cacheRead) / Double(read) : nil
    }

    package static func -= (sum: inout UsageSum, other: UsageSum) {
        sum.responses -= other.responses
        sum.input -= other.input
        sum.output -= other.output
        sum.cacheWrite5m -= other.cacheWrite5m
        sum.cacheWrite1h -= other.cacheWrite1h
        sum.cacheRead -= other.cacheRead
        sum.cost -= other.cost
        sum.unpriced -= other.unpriced
    }

    package static func += (sum: inout UsageSum, other: UsageSum) {
        sum.responses += other.responses
        sum.input += other.input
        sum.output += other.output
        sum.cacheWrite5m += other.cacheWrite5m
        sum.cacheWrite1h += other.cacheWrite1h
        sum.cacheRead += other.cacheRead
        sum.cost += other.cost
        sum.unpriced += other.unpriced
    }
}
