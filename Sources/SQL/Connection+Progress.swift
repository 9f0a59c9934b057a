import CSQLite

/// What is asked now and then while a statement runs; held by the connection that calls it.
private final class ProgressHook {
    let isOver: () -> Bool
    init(_ isOver: @escaping () -> Bool) { self.isOver = isOver }
}

extension Connection {
    /// Asks `isOver` now and then while statements run.
    ///
    /// Each 4,000 steps of SQLite's machine, some 50 µs; one that says true ends its statement with an error
    /// (`isInterrupted`). Nil asks no more.
    package func onProgress(_ isOver: (() -> Bool)?) throws(SQLError) {
        let database = try opened()
        guard let isOver else {
            sqlite3_progress_handler(database, 0, nil, nil)
            progressHook = nil
            return
        }
        let hook = ProgressHook(isOver)
        sqlite3_progress_handler(
            database,
            4000,
            { hook in
                guard let hook else { return 0 }
                return Unmanaged<ProgressHook>.fromOpaque(hook).takeUnretainedValue().isOver()
                    ? 1 : 0
            },
            Unmanaged.passUnretained(hook).toOpaque()
        )
        progressHook = hook
    }
}
