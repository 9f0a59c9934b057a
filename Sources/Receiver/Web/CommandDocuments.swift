import Catalog
import Core
import Settings
import Web

/// Documents as the commands make them.
struct CommandDocuments: DocumentSource {
    func export(
        _ request: ExportRequest,
        _ catalog: CatalogReader,
        _ write: (String) -> Bool
    ) throws(OperatorError) {
        let sessions =
            request.withSubagents
            ? try catalog.family(of: request.session) : [request.session]
        if request.format == .json {
            return try RowExport.write(sessions, catalog, write)
        }
        let redaction =
            request.withSecrets
            ? Redaction.none : Redaction(try catalog.secrets(of: sessions.map(\.id)))
        try withoutActuallyEscaping(write) { (write) throws(OperatorError) in
            let export = DocumentExport(
                catalog: catalog,
                zone: request.zone,
                redaction: redaction,
                hasProgress: false,
                write: write
            )
            if request.format == .html {
                try export.html(sessions)
            } else {
                try export.markdown(sessions)
            }
        }
    }

    func report(
        _ filter: RowFilter,
        _ catalog: CatalogReader,
        zone: LocalZone,
        isMarkdown: Bool,
        withTitles: Bool
    ) throws(OperatorError) -> String {
        var report = try Report(catalog, filter, zone: zone)
        if !withTitles {
            report.sessions = []
            for index in report.findings.indices { report.findings[index].example = "" }
        }
        return ReportCommand.text(report, isMarkdown ? .md : .json, zone)
    }
}
