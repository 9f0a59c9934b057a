import Catalog
import Core

/// What makes documents of sessions and spans of time.
package protocol DocumentSource: Sendable {
    /// Writes a session as a document, piece by piece, until `write` says false.
    func export(
        _ request: ExportRequest,
        _ catalog: CatalogReader,
        _ write: (String) -> Bool
    ) throws(OperatorError)

    /// A report as text: JSON, or with `isMarkdown` Markdown; without `withTitles` nothing of what was said.
    func report(
        _ filter: RowFilter,
        _ catalog: CatalogReader,
        zone: LocalZone,
        isMarkdown: Bool,
        withTitles: Bool
    ) throws(OperatorError) -> String
}
