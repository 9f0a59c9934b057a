import Core

/// Why and when a path stopped showing a stream.
package struct StreamEnd: Hashable, Sendable {
    /// What happened to the file.
    package enum Cause: Int64, Sendable, CaseIterable {
        case deleted = 0
        /// Another file took its path; it has no name any more.
        case replaced = 1
        /// It was moved away, to a name that has not been seen.
        case moved = 2
        case truncated = 3
        case rewritten = 4
        /// The receiver held other bytes; the next stream begins anew.
        case mismatch = 5
        /// Its held bytes were let go: by command or over the limit.
        case released = 6
    }

    package var cause: Cause
    package var time: WallTime

    package init(cause: Cause, time: WallTime) {
        self.cause = cause
        self.time = time
    }
}
