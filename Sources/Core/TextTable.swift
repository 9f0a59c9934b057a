/// Columns of text for a terminal, as wide as their widest cell.
package struct TextTable: Sendable {
    /// A column: its heading, and what becomes of it where room is short.
    package struct Column: Sendable, Hashable {
        package var heading: String
        /// Numbers stand at the right.
        package var isNumber: Bool
        /// Columns to which it may be narrowed; nil when it is shown whole or not at all.
        package var least: Int?
        /// The column of the highest importance goes first where room is short; 0 never goes.
        package var spare: Int

        package init(_ heading: String, isNumber: Bool = false, least: Int? = nil, spare: Int = 0) {
            self.heading = heading
            self.isNumber = isNumber
            self.least = least
            self.spare = spare
        }
    }

    private let columns: [Column]
    private var rows: [[String]]

    /// A table with its first row; an empty cell there is fine.
    package init(_ header: [String]) { self.init(columns: header.map { Column($0) }) }

    /// A table of these columns.
    package init(columns: [Column]) {
        self.columns = columns
        rows = [columns.map(\.heading)]
    }

    /// Adds a row; it may have fewer cells than there are columns.
    package mutating func add(_ row: [String]) { rows.append(row) }

    /// One line a row; control characters in cells are shown as "?".
    package var text: String { lines(width: nil).map { $0 + "\n" }.joined() }

    /// One line a row, none wider than `width` as far as the columns allow it.
    package func lines(width: Int?) -> [String] {
        let rows = rows.map { $0.map(TextTable.printable) }
        var widths = columns.indices.map { column in
            rows.map { column < $0.count ? DisplayWidth.of($0[column]) : 0 }.max() ?? 0
        }
        let shown = fit(&widths, into: width)
        return rows.map { row in
            var line = ""
            for column in shown {
                let cell = DisplayWidth.cut(
                    column < row.count ? row[column] : "",
                    to: widths[column]
                )
                let fill = String(repeating: " ", count: widths[column] - DisplayWidth.of(cell))
                if !line.isEmpty || column != shown.first { line += "  " }
                line += columns[column].isNumber ? fill + cell : cell + fill
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// Leaves columns out and narrows others until the rest fits; the result is what is left.
    private func fit(_ widths: inout [Int], into width: Int?) -> [Int] {
        var shown = Array(columns.indices)
        guard let width else { return shown }
        func excess(_ widths: [Int]) -> Int {
            shown.reduce(-2) { $0 + widths[$1] + 2 } - width
        }
        let least = columns.indices.map { min(widths[$0], columns[$0].least ?? widths[$0]) }
        while excess(least) > 0 {
            let spare = shown.filter { columns[$0].spare > 0 }
            guard let next = spare.max(by: { columns[$0].spare < columns[$1].spare }) else { break }
            shown.removeAll { $0 == next }
        }
        while excess(widths) > 0 {
            let widest = shown.filter { widths[$0] > least[$0] }.max { widths[$0] < widths[$1] }
            guard let widest else { break }
            widths[widest] -= 1
        }
        return shown
    }

    private static func printable(_ cell: String) -> String {
        guard cell.unicodeScalars.contains(where: TerminalText.isControl) else { return cell }
        return String(
            String.UnicodeScalarView(
                cell.unicodeScalars.map { TerminalText.isControl($0) ? "?" : $0 }
            )
        )
    }
}
