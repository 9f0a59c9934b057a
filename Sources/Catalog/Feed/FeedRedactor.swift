import SQL
import Transcripts

/// Takes out of rows what a consumer must not get; the archive and the catalog stay whole.
package struct FeedRedactor: Sendable {
    /// What is taken out.
    package enum Policy: Sendable {
        case none
        /// Secrets, by the rules of findings: their first characters stay, as in `findings.masked`.
        case secrets
        /// Everything that was said, run, read or printed.
        case texts
    }

    /// Columns that hold what people, models and tools said.
    private static let texts: Set<String> = [
        "text", "title", "command", "query", "error_text", "masked", "keywords",
    ]

    private let policy: Policy
    private let scanner: SecretScanner?

    /// A redactor of this policy, for any thread.
    package init(_ policy: Policy) {
        self.policy = policy
        if case .secrets = policy { scanner = SecretScanner() } else { scanner = nil }
    }

    /// The row as the consumer gets it.
    package func redact(_ row: FeedRow) -> FeedRow {
        switch policy {
        case .none: return row
        case .secrets: return rewrite(row) { _, text in masked(text) }
        case .texts:
            return rewrite(row) { column, text in
                FeedRedactor.texts.contains(column) ? "" : text
            }
        }
    }

    private func rewrite(_ row: FeedRow, _ change: (String, String) -> String) -> FeedRow {
        var row = row
        for (index, column) in row.table.columns.enumerated() where index < row.values.count {
            guard column.kind == .text, case .text(let text) = row.values[index] else { continue }
            row.values[index] = .text(change(column.name, text))
        }
        return row
    }

    private func masked(_ text: String) -> String {
        guard let findings = scanner?.findings(in: text), !findings.isEmpty else { return text }
        var text = text
        return text.withUTF8 { bytes in
            var result: [UInt8] = []
            var end = 0
            for finding in findings where finding.range.lowerBound >= end {
                result.append(contentsOf: bytes[end..<finding.range.lowerBound])
                result.append(contentsOf: finding.masked.utf8)
                end = finding.range.upperBound
            }
            result.append(contentsOf: bytes[end...])
            return String(decoding: result, as: UTF8.self)
        }
    }
}
