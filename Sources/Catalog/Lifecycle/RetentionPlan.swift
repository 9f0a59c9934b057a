import Core

/// From when on rows are too old.
package struct RetentionPlan: Hashable, Sendable {
    /// Rows of these tables whose time is before are retired; a table that is not here is kept.
    package var cutoffs: [AgingTable: WallTime]

    package init(_ cutoffs: [AgingTable: WallTime] = [:]) { self.cutoffs = cutoffs }

    /// The latest of all; nil when everything is kept.
    package var latest: WallTime? { cutoffs.values.max() }
}
