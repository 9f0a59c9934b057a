import Core

/// An error type that can stand for a failure of the database, so that a transaction throws its body's type.
package protocol ExpressibleBySQLError: Error {
    init(_ error: SQLError)
}

extension SQLError: ExpressibleBySQLError {
    /// The failure itself.
    package init(_ error: SQLError) { self = error }
}

extension OperatorError: ExpressibleBySQLError {
    /// The failure for its reader, with what to do about it.
    package init(_ error: SQLError) {
        self.init(
            error.isBusy || error.isInterrupted ? .busy : .database,
            "database \(error.path) failed",
            remedy: OperatorError.remedy(of: error),
            cause: OperatorError.cause(of: error)
        )
    }

    private static func cause(of error: SQLError) -> String {
        guard case .sqlite = error.kind else { return error.message }
        return "\(error.message) (\(error.name))" + (error.sql.map { " in: " + $0 } ?? "")
    }

    private static func remedy(of error: SQLError) -> String? {
        if error.isCorrupt { return "restore the last backup, or rebuild the database" }
        if error.isNotADatabase {
            return "the file is something else: check the path, move it away"
        }
        if error.isFull { return "free space on the disk" }
        if error.isReadOnly {
            return "give the user that runs this write access to file and folder"
        }
        if error.isBusy { return "another program holds the database: end it, then try again" }
        return nil
    }
}
