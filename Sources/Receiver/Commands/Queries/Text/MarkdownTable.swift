import Core

/// A table of Markdown (GitHub's), padded so that it reads well as plain text too.
struct MarkdownTable {
    private let numbers: [Bool]
    private var rows: [[String]]

    /// - Parameters:
    ///   - headings: of the columns.
    ///   - texts: how many columns from the left are texts; the others are numbers.
    init(_ headings: [String], texts: Int = 1) {
        numbers = headings.indices.map { $0 >= texts }
        rows = [headings]
    }

    /// Adds a row of as many cells as there are headings, in which nothing is Markdown unless it is meant.
    mutating func add(_ cells: [String]) { rows.append(cells) }

    var text: String {
        let widths = numbers.indices.map { column in
            max(3, rows.map { DisplayWidth.of($0[column]) }.max() ?? 0)
        }
        var lines = rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let fill = String(repeating: " ", count: widths[column] - DisplayWidth.of(cell))
                return numbers[column] ? fill + cell : cell + fill
            }
            return "| \(cells.joined(separator: " | ")) |"
        }
        let rules = numbers.indices.map { column in
            numbers[column]
                ? String(repeating: "-", count: widths[column] + 1) + ":"
                : String(repeating: "-", count: widths[column] + 2)
        }
        lines.insert("|\(rules.joined(separator: "|"))|", at: 1)
        return lines.joined(separator: "\n") + "\n"
    }
}
