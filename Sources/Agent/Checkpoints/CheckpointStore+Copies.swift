import Core
import SQL

extension CheckpointStore {
    /// A file whose snapshot waits for its time.
    package struct WaitingCopy: Hashable, Sendable {
        package var source: String
        package var path: BytePath
        package var due: WallTime
    }

    /// Remembers that the file is to be copied at `due`; an earlier plan for it is replaced.
    package func planCopy(
        _ source: String,
        _ path: BytePath,
        due: WallTime
    ) throws(SQLError) {
        guard let number = sourceNumbers[source] else { return }
        try run(.putCopy, number, path.bytes, due.nanoseconds)
    }

    /// The copy that is due first.
    package func nextCopy() throws(SQLError) -> WaitingCopy? {
        try statement(.nextCopy).first { row in
            WaitingCopy(
                source: sourceNames[row.int(0)] ?? "",
                path: BytePath(row.blob(1)),
                due: WallTime(nanoseconds: row.int(2))
            )
        }
    }

    /// The copy was made, or is not wanted any more.
    package func forgetCopy(_ source: String, _ path: BytePath) throws(SQLError) {
        guard let number = sourceNumbers[source] else { return }
        try run(.removeCopy, number, path.bytes)
    }
}
