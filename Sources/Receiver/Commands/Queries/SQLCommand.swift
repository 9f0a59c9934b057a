import Catalog
import Core
import Platform
import SQL

/// `tailship-receiver sql`: any question, read only.
enum SQLCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        let format = try context.choice("--format", or: OutputFormat.table)
        let query = try query(context)
        let deadline = try QueryDeadline(context)
        do throws(SQLError) {
            try context.catalog.database.guarding({ !deadline.isOver }) { () throws(SQLError) in
                try run(query, format, context)
            }
        } catch {
            if error.isInterrupted { throw deadline.error }
            throw OperatorError(
                error.isBusy ? .busy : .input,
                "the query cannot be run",
                remedy: "Tables: tailship-receiver sql \"SELECT name FROM sqlite_schema\"",
                cause: TerminalText.lines(error.message)
            )
        }
    }

    private static func run(
        _ query: String,
        _ format: OutputFormat,
        _ context: QueryContext
    ) throws(SQLError) {
            let statement = try context.catalog.database.prepare(query)
            guard statement.isReadOnly else {
                throw SQLError(
                    .misuse,
                    message: "the statement would change something, and sql only reads",
                    path: context.catalog.database.path.description
                )
            }
            defer { statement.reset() }
            switch format {
            case .table: try table(statement, context.output)
            case .csv: try csv(statement, context.output)
            case .json: try json(statement, context.output)
            }
    }

    private static func query(_ context: QueryContext) throws(OperatorError) -> String {
        if let query = context.words.first { return query }
        guard let bytes = StandardInput.readAll() else {
            throw OperatorError(.input, "the query on the standard input cannot be read")
        }
        let query = String(decoding: bytes, as: UTF8.self)
        guard query.contains(where: { !$0.isWhitespace }) else {
            throw OperatorError(.usage, "usage: tailship-receiver sql QUERY, or the query as input")
        }
        return query
    }

    private static func names(_ statement: Statement) -> [String] {
        (0..<statement.columnCount).map { statement.columnName($0) }
    }

    private static func table(_ statement: Statement, _ output: CommandOutput) throws(SQLError) {
        var table = TextTable(names(statement))
        var count: Int64 = 0
        while try statement.step() {
            table.add(statement.values().map { AmountText.short(text($0) ?? "NULL", 200) })
            count += 1
        }
        _ = output.write(table.text)
        if output.isTerminal { output.line("\(AmountText.grouped(count)) rows") }
    }

    private static func csv(_ statement: Statement, _ output: CommandOutput) throws(SQLError) {
        output.line(names(statement).map(cell).joined(separator: ","))
        while try statement.step() {
            let cells = statement.values().map { value in
                guard case .text(let text) = value else { return text(value) ?? "" }
                return cell(output.isTerminal ? TerminalText.lines(text) : text)
            }
            guard output.write(cells.joined(separator: ",") + "\n") else { return }
        }
    }

    /// RFC 4180; a text that a spreadsheet would take for a formula begins with an apostrophe.
    static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) }
        let text = isFormula == true ? "'" + text : text
        let isPlain = !text.unicodeScalars.contains { "\",\n\r".unicodeScalars.contains($0) }
        return isPlain
            ? text
            : "\""
                + text.split(
                    separator: "\"",
                    omittingEmptySubsequences: false
                ).joined(separator: "\"\"") + "\""
    }

    private static func json(_ statement: Statement, _ output: CommandOutput) throws(SQLError) {
        let names = names(statement)
        _ = output.write("[")
        var separator = "\n"
        while try statement.step() {
            var writer = JSONWriter()
            writer.object { json in
                for (name, value) in zip(names, statement.values()) { write(name, value, &json) }
            }
            guard output.write(separator + writer.result) else { return }
            separator = ",\n"
        }
        _ = output.write("\n]\n")
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

    private static func text(_ value: SQLValue) -> String? {
        switch value {
        case .null: nil
        case .integer(let number): String(number)
        case .real(let number): number.description
        case .text(let text): text
        case .blob(let bytes): Hex.encode(bytes)
        }
    }
}
