import Core

/// Where a page of a list ended: a letter for the order, then the numbers of the last row, in hexadecimal.
struct Cursor: Sendable, Hashable {
    let order: String
    private let values: [Int64]

    init(_ order: String, _ values: [Int64]) {
        self.order = order
        self.values = values
    }

    /// - Throws: 400 for a cursor of another order.
    init(_ text: String, _ order: String) throws(APIError) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.dropFirst().map { UInt64($0, radix: 16) }
        guard let first = parts.first, first == order, !numbers.contains(nil) else {
            throw Cursor.foreign
        }
        self.order = order
        values = numbers.compactMap { $0 }.map { Int64(bitPattern: $0) }
    }

    /// Its numbers, of which there must be so many.
    func numbers(_ count: Int) throws(APIError) -> [Int64] {
        guard values.count == count else { throw Cursor.foreign }
        return values
    }

    var text: String {
        ([order] + values.map { String(UInt64(bitPattern: $0), radix: 16) }).joined(separator: "-")
    }

    private static let foreign = APIError.usage(
        "the cursor is not of this list in this order",
        remedy: "Begin again without it."
    )
}
