import SQL

/// Rows on their way into cells.
struct CellBuffer {
    var texts: [String] = []
    private var numbers: [String: Int32] = [:]

    mutating func cell(_ value: SQLValue) -> MemoCell {
        switch value {
        case .null, .blob: return .null
        case .integer(let number): return .integer(number)
        case .real(let number): return .real(number)
        case .text(let text):
            if let number = numbers[text] { return .text(number) }
            let number = Int32(texts.count)
            texts.append(text)
            numbers[text] = number
            return .text(number)
        }
    }

    /// The columns of a row behind its first.
    mutating func append(_ row: Statement, _ width: Int, to cells: inout [MemoCell]) {
        for column in 1...max(1, width) where column <= width {
            cells.append(cell(row.value(column)))
        }
    }
}
