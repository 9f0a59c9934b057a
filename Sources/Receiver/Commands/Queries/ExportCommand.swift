import Archive
import Catalog
import Core
import Platform

/// `tailship-receiver export`: a session as a document, as rows, or as the bytes that it came as.
enum ExportCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        let format = try context.choice("--format", or: ExportFormat.md)
        let session = try context.catalog.session(matching: try context.word("SESSION"))
        guard let target = context.arguments.values["--to"] else {
            return try write(session, format, context, to: context.output.write) { bytes in
                StandardOutput.write(bytes)
            }
        }
        let file = try ExportFile(
            BytePath(target),
            replace: context.arguments.flags.contains("--force")
        )
        try write(session, format, context, to: file.write(text:), bytes: file.write)
        try file.finish()
        context.output.line("\(BytePath(target)) is written")
    }

    private static func write(
        _ session: SessionSummary,
        _ format: ExportFormat,
        _ context: QueryContext,
        to text: (String) -> Bool,
        bytes: (UnsafeRawBufferPointer) -> Bool
    ) throws(OperatorError) {
        switch format {
        case .original: try original(session, context, bytes)
        case .json: try rows(session, context, text)
        case .md:
            _ = text(MarkdownDocument.head(session))
            try context.catalog.transcript(of: session.id) { item in
                _ = text(MarkdownDocument.block(item))
            }
        case .html:
            _ = text(HTMLDocument.head(session))
            try context.catalog.transcript(of: session.id) { item in
                _ = text(HTMLDocument.block(item))
            }
            _ = text(HTMLDocument.end)
        }
    }

    private static func original(
        _ session: SessionSummary,
        _ context: QueryContext,
        _ write: (UnsafeRawBufferPointer) -> Bool
    ) throws(OperatorError) {
        let files = try context.catalog.files(ofSession: session.id)
        guard files.count == 1 else {
            let names = files.map { "\n    " + TerminalText.line("\($0.source)/\($0.path)") }
            throw OperatorError(
                .input,
                files.isEmpty
                    ? "the archive has no file of this session"
                    : "this session stands in \(files.count) files",
                remedy: files.isEmpty
                    ? nil : "restore brings files back as they were:" + names.joined()
            )
        }
        try ArchiveCopy(context.storage).copy(files[0], write)
    }

    private static func rows(
        _ session: SessionSummary,
        _ context: QueryContext,
        _ write: (String) -> Bool
    ) throws(OperatorError) {
        var opening = "{"
        for table in ["sessions"] + CatalogReader.sessionTables {
            _ = write("\(opening)\"\(table)\":[")
            var separator = "\n"
            try context.catalog.forEachRow(of: table, session: session.id) { row in
                var writer = JSONWriter()
                writer.object { json in
                    for (name, value) in row { SQLCommand.write(name, value, &json) }
                }
                _ = write(separator + writer.result)
                separator = ",\n"
            }
            _ = write("\n]")
            opening = ",\n"
        }
        _ = write("}\n")
    }
}
