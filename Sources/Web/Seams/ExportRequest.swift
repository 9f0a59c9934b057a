import Catalog
import Core

/// Which session is written, and how.
package struct ExportRequest: Sendable {
    /// What it becomes.
    package enum Format: String, Sendable, CaseIterable {
        case md
        case html
        /// All rows.
        case json
        /// The bytes as they came.
        case original
    }

    package var session: SessionSummary
    package var format: Format
    package var withSubagents: Bool
    /// Whether secrets stay as they are.
    package var withSecrets: Bool
    package var zone: LocalZone

    package init(
        session: SessionSummary,
        format: Format,
        withSubagents: Bool,
        withSecrets: Bool,
        zone: LocalZone
    ) {
        self.session = session
        self.format = format
        self.withSubagents = withSubagents
        self.withSecrets = withSecrets
        self.zone = zone
    }
}
