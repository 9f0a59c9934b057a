import CSQLite

/// How far a checkpoint goes (https://sqlite.org/wal.html).
package enum CheckpointMode: Sendable {
    /// As far as it can without waiting for anyone.
    case passive
    /// All of the log, waiting for readers and the writer.
    case full
    /// As full, and the next writer begins the log anew.
    case restart
    /// As restart, and the log is cut to nothing.
    case truncate

    /// SQLite's number for it.
    var number: Int32 {
        switch self {
        case .passive: SQLITE_CHECKPOINT_PASSIVE
        case .full: SQLITE_CHECKPOINT_FULL
        case .restart: SQLITE_CHECKPOINT_RESTART
        case .truncate: SQLITE_CHECKPOINT_TRUNCATE
        }
    }
}
