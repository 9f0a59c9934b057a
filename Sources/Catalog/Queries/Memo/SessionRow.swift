/// One row of what a question found in a session; columns are counted from 0, the session is none of them.
package struct SessionRow {
    package let session: Int64
    private let cells: [MemoCell]
    private let start: Int
    let texts: [String]

    init(_ session: Int64, _ cells: [MemoCell], at start: Int, _ texts: [String]) {
        self.session = session
        self.cells = cells
        self.start = start
        self.texts = texts
    }

    /// Whether the column is NULL.
    package func isNull(_ column: Int) -> Bool {
        if case .null = cells[start + column] { true } else { false }
    }

    /// The column as an integer; 0 for NULL.
    package func int(_ column: Int) -> Int64 {
        switch cells[start + column] {
        case .integer(let value): value
        case .real(let value): Int64(value)
        default: 0
        }
    }

    /// The column; nil for NULL.
    package func optionalInt(_ column: Int) -> Int64? { isNull(column) ? nil : int(column) }

    /// The column as a number; 0 for NULL.
    package func double(_ column: Int) -> Double {
        switch cells[start + column] {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: 0
        }
    }

    /// The column as a text; empty for NULL.
    package func text(_ column: Int) -> String { optionalText(column) ?? "" }

    /// The column as a text; nil for NULL.
    package func optionalText(_ column: Int) -> String? {
        switch cells[start + column] {
        case .text(let number): texts[Int(number)]
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .null: nil
        }
    }

    /// Which of `texts` the column is; nil for one that is no text.
    func textNumber(_ column: Int) -> Int? {
        if case .text(let number) = cells[start + column] { Int(number) } else { nil }
    }

    /// Whether these are its texts, the same ones in memory.
    func shares(_ others: [String]) -> Bool {
        texts.count == others.count
            && texts.withUnsafeBufferPointer { mine in
                others.withUnsafeBufferPointer { mine.baseAddress == $0.baseAddress }
            }
    }
}
