import Core

/// How chores reach the archive, which another thread writes.
struct ArchiveDoor {
    /// Lets the bytes of streams go, and calls `done`, on any thread, when that is synced and no journal has them any
    /// more; false when nothing is decided any more, as the receiver is being stopped.
    var letGo:
        (
            _ streams: [StreamID], _ reason: LetGoReason, _ done: @escaping @Sendable () -> Void
        ) -> Bool
    /// Which of the streams have not been let go.
    var remaining: ([StreamID]) -> [StreamID]
    /// Has these streams read again, from where their rows say.
    var announce: ([StreamID]) -> Void
}
