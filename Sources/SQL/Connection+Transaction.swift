import CSQLite

extension Connection {
    /// Which lock a transaction begins with.
    package enum TransactionKind: String, Sendable {
        /// The write lock, at once.
        case immediate = "IMMEDIATE"
        /// None until the first statement: several queries that see one state.
        case deferred = "DEFERRED"
    }

    /// Runs `body` in a transaction: all of it is committed, or nothing when `body` or the commit fails.
    ///
    /// The body says what it throws: `{ () throws(SQLError) in … }`. Statements that it began and left
    /// in the middle of their rows are reset.
    ///
    /// - Throws: what `body` throws, and the database's own failures as that type (`.misuse` inside
    ///   another transaction).
    package func transaction<Result, Failure: ExpressibleBySQLError>(
        _ kind: TransactionKind = .immediate,
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let wasReading = isReading
        do throws(SQLError) {
            guard !isInTransaction else { throw misuse("a transaction is open already", nil) }
            try execute("BEGIN \(kind.rawValue)")
        } catch {
            throw Failure(error)
        }
        let result: Result
        do throws(Failure) {
            result = try body()
        } catch {
            rollBack()
            throw error
        }
        if !wasReading { resetStatements() }
        do throws(SQLError) {
            try execute("COMMIT")
        } catch {
            rollBack()
            throw Failure(error)
        }
        return result
    }

    /// Whether a transaction is open: begun with BEGIN and neither committed nor rolled back.
    package var isInTransaction: Bool { handle.map { sqlite3_get_autocommit($0) == 0 } ?? false }

    /// Whether some statement stands in the middle of its rows and so holds a read transaction.
    package var isReading: Bool {
        var isReading = false
        forEachBusyStatement { _ in isReading = true }
        return isReading
    }

    /// Undoes what is undone already after some failures (a full disk, say); that is no error.
    private func rollBack() {
        resetStatements()
        if isInTransaction { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    }

    private func resetStatements() {
        forEachBusyStatement { sqlite3_reset($0) }
    }

    private func forEachBusyStatement(_ body: (OpaquePointer) -> Void) {
        guard let handle else { return }
        var statement = sqlite3_next_stmt(handle, nil)
        while let current = statement {
            if sqlite3_stmt_busy(current) != 0 { body(current) }
            statement = sqlite3_next_stmt(handle, current)
        }
    }
}
