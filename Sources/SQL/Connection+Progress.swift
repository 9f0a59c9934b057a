import CSQLite

/// Whether statements may go on; held by the connection that asks it.
private final class ProgressCheck {
    let mayGoOn: () -> Bool
    init(_ mayGoOn: @escaping () -> Bool) { self.mayGoOn = mayGoOn }
}

extension Connection {
    /// Asks `body` every few thousand steps of a statement whether it may go on, for as long as `calls` lasts; a
    /// statement that may not ends with an interrupt.
    package func guarding<Value>(
        _ mayGoOn: @escaping () -> Bool,
        _ calls: () throws(SQLError) -> Value
    ) throws(SQLError) -> Value {
        let database = try opened()
        let check = ProgressCheck(mayGoOn)
        let pointer = Unmanaged.passUnretained(check).toOpaque()
        sqlite3_progress_handler(
            database,
            5000,
            { pointer in
                guard let pointer else { return 0 }
                let check = Unmanaged<ProgressCheck>.fromOpaque(pointer).takeUnretainedValue()
                return check.mayGoOn() ? 0 : 1
            },
            pointer
        )
        defer {
            sqlite3_progress_handler(database, 0, nil, nil)
            withExtendedLifetime(check) {}
        }
        return try calls()
    }

    /// The file itself, where `path` leads to it by symbolic links; nil for a database in memory.
    package var filePath: String? {
        handle.flatMap { sqlite3_db_filename($0, "main") }.map { String(cString: $0) }
            .flatMap { $0.isEmpty ? nil : $0 }
    }
}
