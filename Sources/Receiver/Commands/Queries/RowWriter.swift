import Catalog
import Core
import SQL

/// Writes the rows of a statement as they come.
struct RowWriter {
    let output: CommandOutput
    let format: OutputFormat

    /// Rows that decide how wide the columns of a table are.
    private static let sample = 500
    /// Columns of a terminal that one cell of a table takes at most, where it is not alone.
    private static let widest = 80

    func write(_ statement: Statement) throws(SQLError) {
        let names = (0..<statement.columnCount).map { statement.columnName($0) }
        switch format {
        case .table: try table(statement, names)
        case .csv: try csv(statement, names)
        case .json: try json(statement, names)
        case .ndjson:
            while try statement.step() {
                guard output.line(object(statement, names)) else { return }
            }
        }
    }

    // MARK: Table

    private func table(_ statement: Statement, _ names: [String]) throws(SQLError) {
        var count: Int64 = 0
        var hasNext = try statement.step()
        var isFirst = true
        repeat {
            var rows: [[SQLValue]] = []
            while hasNext, rows.count < RowWriter.sample {
                rows.append(statement.values())
                hasNext = try statement.step()
            }
            count += Int64(rows.count)
            guard write(rows, names, isFirst: isFirst) else { return }
            isFirst = false
        } while hasNext
        if output.isTerminal {
            output.line(output.styled("(\(AmountText.counted(count, "row")))", .dim))
        }
    }

    private func write(_ rows: [[SQLValue]], _ names: [String], isFirst: Bool) -> Bool {
        let columns = names.indices.map { index in
            let isNumber =
                rows.contains { $0[index] != .null }
                && rows.allSatisfy {
                    switch $0[index] {
                    case .integer, .real, .null: true
                    case .text, .blob: false
                    }
                }
            return TextTable.Column(TerminalText.line(names[index]), isNumber: isNumber, least: 8)
        }
        var table = TextTable(columns: columns)
        let most = output.isTerminal && names.count > 1 ? RowWriter.widest : 400
        for row in rows {
            table.add(row.map { AmountText.short(RowWriter.text($0) ?? "NULL", most) })
        }
        let lines = table.lines(width: output.width)
        return output.write(
            lines.enumerated().dropFirst(isFirst ? 0 : 1)
                .map { ($0 == 0 ? output.styled($1, .dim) : $1) + "\n" }.joined()
        )
    }

    // MARK: CSV

    private func csv(_ statement: Statement, _ names: [String]) throws(SQLError) {
        output.line(names.map(RowWriter.cell).joined(separator: ","))
        while try statement.step() {
            let cells = statement.values().map { value in
                guard case .text(let text) = value else { return RowWriter.text(value) ?? "" }
                return RowWriter.cell(output.isTerminal ? TerminalText.lines(text) : text)
            }
            guard output.line(cells.joined(separator: ",")) else { return }
        }
    }

    /// RFC 4180; a text that a spreadsheet would take for a formula begins with an apostrophe.
    static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) }
        let text = isFormula == true ? "'" + text : text
        let isPlain = !text.unicodeScalars.contains { "\",\n\r".unicodeScalars.contains($0) }
        guard !isPlain else { return text }
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return "\"" + parts.joined(separator: "\"\"") + "\""
    }

    // MARK: JSON

    private func json(_ statement: Statement, _ names: [String]) throws(SQLError) {
        _ = output.write("[")
        var separator = "\n"
        while try statement.step() {
            guard output.write(separator + object(statement, names)) else { return }
            separator = ",\n"
        }
        _ = output.write("\n]\n")
    }

    private func object(_ statement: Statement, _ names: [String]) -> String {
        var writer = JSONWriter()
        writer.object { json in
            for (name, value) in zip(names, statement.values()) {
                RowWriter.write(name, value, &json)
            }
        }
        return writer.result
    }

    /// A blob as hexadecimal digits.
    static func write(_ name: String, _ value: SQLValue, _ json: inout JSONWriter) {
        switch value {
        case .null: json.string(name, nil)
        case .integer(let number): json.number(name, number)
        case .real(let number): json.number(name, number)
        case .text(let text): json.string(name, text)
        case .blob(let bytes): json.string(name, Hex.encode(bytes))
        }
    }

    static func text(_ value: SQLValue) -> String? {
        switch value {
        case .null: nil
        case .integer(let number): String(number)
        case .real(let number): number.description
        case .text(let text): text
        case .blob(let bytes): Hex.encode(bytes)
        }
    }
}
