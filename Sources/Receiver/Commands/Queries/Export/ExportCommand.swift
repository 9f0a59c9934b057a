import Archive
import Catalog
import Core
import Platform

/// `tailship-receiver export`: a session as a document, as rows, or as the bytes that it came as.
enum ExportCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        let format = try context.choice("--format", or: ExportFormat.md)
        let session = try context.catalog.session(matching: try context.word("a SESSION"))
        if format == .original { return try OriginalExport(context: context).run(session) }
        guard let target = context.arguments.values["--to"] else {
            return try write(session, format, context, to: context.output.write)
        }
        let file = try ExportFile(BytePath(target), replace: context.flag("--force"))
        try write(session, format, context, to: file.write(text:))
        try file.finish()
        context.output.line("\(BytePath(target)) is written")
    }

    private static func write(
        _ session: SessionSummary,
        _ format: ExportFormat,
        _ context: QueryContext,
        to write: @escaping (String) -> Bool
    ) throws(OperatorError) {
        let all =
            context.flag("--subagents")
            ? try context.catalog.family(of: session) : [session]
        if format == .json { return try RowExport.write(all, context.catalog, write) }
        let redaction =
            context.flag("--secrets")
            ? Redaction.none : Redaction(try context.catalog.secrets(of: all.map(\.id)))
        let export = DocumentExport(
            catalog: context.catalog,
            zone: context.zone,
            redaction: redaction,
            hasProgress: true,
            write: write
        )
        if format == .html { try export.html(all) } else { try export.markdown(all) }
    }
}
