/// What a checkpoint reached.
package struct CheckpointResult: Sendable, Equatable {
    /// Pages in the log; -1 when the database is not in WAL mode.
    package let logPages: Int
    /// Pages of the log that are in the database now; -1 when it is not in WAL mode.
    package let checkpointedPages: Int
}
