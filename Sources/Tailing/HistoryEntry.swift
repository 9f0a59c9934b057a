import Core

/// A stream's place in the history lane, which is ordered by modification, newest first.
package struct HistoryEntry: Hashable, Sendable {
    package var modified: WallTime
    package var stream: StreamNumber

    package init(modified: WallTime, stream: StreamNumber) {
        self.modified = modified
        self.stream = stream
    }
}
