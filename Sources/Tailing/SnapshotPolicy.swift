import Core

/// When a file that is rewritten whole is copied.
package struct SnapshotPolicy: Hashable, Sendable {
    /// How long the file must not have been written to.
    package var quiet: Duration
    /// The least time between two copies of one file.
    package var interval: Duration

    package init(quiet: Duration = .seconds(2), interval: Duration = .seconds(30)) {
        self.quiet = quiet
        self.interval = interval
    }

    /// What to do about the file now.
    package enum Decision: Hashable, Sendable {
        /// It is what was copied last.
        case unchanged
        case take
        case wait(until: WallTime)
    }

    /// What to do about a file that shows `seen`.
    ///
    /// `last` is the stat with which it was copied last, at `taken`; nil when it never was.
    package func decide(
        sees seen: Sighting,
        last: Sighting?,
        settled: Bool,
        taken: WallTime?,
        now: WallTime
    ) -> Decision {
        if seen == last, settled { return .unchanged }
        // A time of the future would postpone the copy for as long; it says nothing about now.
        let written = seen.modified > now ? now : seen.modified
        var due = written + quiet
        if seen.modified > now { due = now }
        if let taken, taken <= now, due < taken + interval { due = taken + interval }
        return due <= now ? .take : .wait(until: due)
    }

    /// Whether a copy is whole: nothing happened to the file while it was read.
    package static func isWhole(before: Sighting, after: Sighting, copied: UInt64) -> Bool {
        before == after && copied == before.size
    }
}
