/// How a database is opened; nil leaves what the file or SQLite has.
package struct ConnectionOptions: Sendable {
    /// How changes are made atomic.
    package enum JournalMode: String, Sendable {
        /// A log beside the file; readers and the writer do not wait for each other.
        case wal
        /// A rollback journal that is deleted after each transaction.
        case delete
        /// A rollback journal that is emptied after each transaction.
        case truncate
    }

    /// What is durable when a transaction has returned.
    package enum Synchronous: String, Sendable {
        /// Everything.
        case full
        /// In WAL mode a power loss may take the last transactions, never damage the file.
        case normal
    }

    /// Where temporary tables and indices live.
    package enum TemporaryStore: String, Sendable {
        case file
        case memory
    }

    package var journalMode: JournalMode?
    package var synchronous: Synchronous
    /// Bound of the page cache in KiB (SQLite's own is 2,000).
    package var cacheKiB: Int?
    /// Bytes of the file that are mapped instead of read; 0 maps nothing.
    package var mmapSize: Int64
    package var temporaryStore: TemporaryStore?
    /// How long a lock of another connection is waited for.
    package var busyTimeout: Duration
    /// Whether a file that is made now can give pages back with `PRAGMA incremental_vacuum`.
    package var incrementalVacuum: Bool
    /// Whether REFERENCES clauses are enforced.
    package var foreignKeys: Bool

    package init(
        journalMode: JournalMode? = nil,
        synchronous: Synchronous = .full,
        cacheKiB: Int? = nil,
        mmapSize: Int64 = 0,
        temporaryStore: TemporaryStore? = nil,
        busyTimeout: Duration = .seconds(5),
        incrementalVacuum: Bool = false,
        foreignKeys: Bool = true
    ) {
        self.journalMode = journalMode
        self.synchronous = synchronous
        self.cacheKiB = cacheKiB
        self.mmapSize = mmapSize
        self.temporaryStore = temporaryStore
        self.busyTimeout = busyTimeout
        self.incrementalVacuum = incrementalVacuum
        self.foreignKeys = foreignKeys
    }
}
