import Core

/// Where a page of matches ended: the next one begins behind it.
///
/// As text it is the order's letter, then the last match's score (bits of a Double), time and row, in hexadecimal:
/// "n-0-18650f3a8c1d0000-2a".
package struct SearchCursor: Sendable, Hashable {
    package var order: SearchRequest.Order
    /// BM25, the less the better; 0 where nothing is ranked.
    package var score: Double
    /// Nanoseconds; the least number for none.
    package var time: Int64
    package var row: Int64

    package init(order: SearchRequest.Order, score: Double, time: Int64, row: Int64) {
        self.order = order
        self.score = score
        self.time = time
        self.row = row
    }

    /// Reads the text; nil for anything else.
    package init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let order = SearchRequest.Order.allCases.first { $0.rawValue.prefix(1) == parts[0] }
        let numbers = parts.dropFirst().compactMap { UInt64($0, radix: 16) }
        guard let order, parts.count == 4, numbers.count == 3 else { return nil }
        self.init(
            order: order,
            score: Double(bitPattern: numbers[0]),
            time: Int64(bitPattern: numbers[1]),
            row: Int64(bitPattern: numbers[2])
        )
        guard score.isFinite else { return nil }
    }

    /// The cursor as one word.
    package var text: String {
        let numbers = [score.bitPattern, UInt64(bitPattern: time), UInt64(bitPattern: row)]
        return ([String(order.rawValue.prefix(1))] + numbers.map { String($0, radix: 16) })
            .joined(separator: "-")
    }
}
