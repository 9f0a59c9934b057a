import Catalog
import Core
import Platform
import SQL

/// `tailship-receiver sql`: any question, read only.
enum SQLCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        if context.flag("--schema") { return try schema(context) }
        let format = try context.choice("--format", or: OutputFormat.table)
        let query = try query(context)
        do throws(SQLError) {
            let database = context.catalog.database
            try database.restrictToReading()
            let statement = try database.prepare(query)
            guard statement.isReadOnly else {
                throw SQLError(
                    .misuse,
                    message: "the statement would change something, and sql only reads",
                    path: database.path.description
                )
            }
            defer { statement.reset() }
            let rows = RowWriter(output: context.output, format: format)
            try rows.write(statement)
        } catch {
            throw refusal(error)
        }
    }

    private static func refusal(_ error: SQLError) -> OperatorError {
        if error.isBusy {
            return OperatorError(
                .busy,
                "the catalog is locked",
                remedy: "Try it again.",
                cause: TerminalText.lines(error.message)
            )
        }
        let isForbidden = error.name.hasPrefix("SQLITE_AUTH")
        return OperatorError(
            .input,
            isForbidden ? "sql only reads the catalog" : "the query cannot be run",
            remedy: "tailship-receiver sql --schema explains the tables.",
            cause: TerminalText.lines(error.message)
        )
    }

    private static func query(_ context: QueryContext) throws(OperatorError) -> String {
        if let query = context.words.first { return query }
        if Host.isTerminal(StandardInput.descriptor) {
            StandardError.write("the query, ended by Ctrl-D (sql --help shows how it is used):")
        }
        guard let bytes = StandardInput.readAll() else {
            throw OperatorError(.input, "the query on the standard input cannot be read")
        }
        let query = String(decoding: bytes, as: UTF8.self)
        guard query.contains(where: { !$0.isWhitespace }) else {
            throw OperatorError(
                .usage,
                "there is no query",
                remedy:
                    "tailship-receiver sql QUERY, or the query as input; sql --help has examples."
            )
        }
        return query
    }

    // MARK: Schema

    private static func schema(_ context: QueryContext) throws(OperatorError) {
        let output = context.output
        guard context.words.isEmpty, context.arguments.values["--format"] == nil else {
            throw OperatorError(.usage, "--schema stands alone")
        }
        for table in try context.catalog.tables() {
            let text = table.explanation.map { "  " + $0 } ?? ""
            output.line(output.styled(table.name, .bold) + text)
            let name = table.columns.map { $0.name.count }.max() ?? 0
            let type = table.columns.map { $0.type.count }.max() ?? 0
            for column in table.columns {
                let head = "    " + DisplayWidth.padded(column.name, to: name) + "  "
                let explanation = column.explanation.map { "  " + output.styled($0, .dim) } ?? ""
                guard
                    output.line(
                        head
                            + (explanation.isEmpty
                                ? column.type : DisplayWidth.padded(column.type, to: type))
                            + explanation
                    )
                else { return }
            }
            output.line("")
        }
    }
}
