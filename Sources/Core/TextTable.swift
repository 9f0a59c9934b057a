/// Columns of text for a terminal, as wide as their widest cell.
package struct TextTable: Sendable {
    private var rows: [[String]]

    /// A table with its first row; an empty cell there is fine.
    package init(_ header: [String]) { rows = [header] }

    /// Adds a row; it may have fewer or more cells than the header.
    package mutating func add(_ row: [String]) { rows.append(row) }

    /// One line a row; control characters in cells are shown as "?".
    package var text: String {
        let rows = rows.map { $0.map(TextTable.printable) }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                guard column + 1 < row.count else { continue }
                line += String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            return line + "\n"
        }.joined()
    }

    private static func printable(_ cell: String) -> String {
        String(
            String.UnicodeScalarView(
                cell.unicodeScalars.map { TerminalText.isControl($0) ? "?" : $0 }
            )
        )
    }
}
