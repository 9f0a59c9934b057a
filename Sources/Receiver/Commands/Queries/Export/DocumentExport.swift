import Catalog
import Core
import Platform

/// Writes conversations as a document, block by block.
struct DocumentExport {
    let catalog: CatalogReader
    let zone: LocalZone
    let redaction: Redaction
    /// Whether a person who watches sees how far it is.
    let hasProgress: Bool
    let write: (String) -> Bool

    /// The first is the document's, the others are its subagents.
    func markdown(_ sessions: [SessionSummary]) throws(OperatorError) {
        let document = MarkdownDocument(zone: zone)
        let progress = progress(sessions)
        for session in sessions {
            _ = write(document.head(redaction.session(session)))
            try blocks(session, progress) { document.block($0) }
        }
    }

    /// The same as a page.
    func html(_ sessions: [SessionSummary]) throws(OperatorError) {
        let document = HTMLDocument(zone: zone)
        let progress = progress(sessions)
        for (index, session) in sessions.enumerated() {
            let shown = redaction.session(session)
            _ = write(index == 0 ? document.head(shown) : document.subagent(shown))
            try blocks(session, progress) { document.block($0) }
            if index > 0 { _ = write(HTMLDocument.endOfSubagent) }
        }
        _ = write(HTMLDocument.end)
    }

    private func progress(_ sessions: [SessionSummary]) -> ProgressBar? {
        guard hasProgress else { return nil }
        let total = sessions.reduce(0) { $0 + UInt64(clamping: $1.messages) }
        return ProgressBar("export", total: total) { "\($0) blocks" }
    }

    private func blocks(
        _ session: SessionSummary,
        _ progress: ProgressBar?,
        _ text: (TranscriptItem) -> String
    ) throws(OperatorError) {
        try catalog.transcript(of: session.id) { item in
            _ = write(text(redaction.item(item)))
            progress?.add(1)
        }
    }
}
