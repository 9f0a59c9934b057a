import Core
import Platform
import SQL
import Synchronization

/// Which sessions are read by whom, of those that are settled together.
struct SettlingPlan {
    /// Entries of sessions that are read before the first is written: what is read of them is in memory.
    private static let mostEntries: Int64 = 32_768

    private(set) var mine: [Int64] = []
    private(set) var others: [Int64] = []
    private var myEntries: Int64 = 0
    private var otherEntries: Int64 = 0

    var isFull: Bool { myEntries + otherEntries >= SettlingPlan.mostEntries }

    /// Gives a session to whoever has less to read.
    mutating func add(_ session: Int64, entries: Int64) {
        if otherEntries < myEntries {
            others.append(session)
            otherEntries += entries
        } else {
            mine.append(session)
            myEntries += entries
        }
    }
}

/// Reads what sessions are settled from on a thread of its own, of a file that nobody writes meanwhile.
struct SettlingThread {
    typealias Read = [(session: Int64, facts: SettlingFacts)]

    private final class Outcome: Sendable {
        let value = Mutex<Result<Read, SQLError>>(.success([]))
    }

    private static let cacheKiB = 2048

    private let outcome = Outcome()
    private let thread: Thread?

    init(_ catalog: BytePath, _ sessions: [Int64], niceness: Int32) {
        let outcome = outcome
        thread =
            sessions.isEmpty
            ? nil
            : Thread.spawn(name: "settle", niceness: niceness) {
                let result = Result { () throws(SQLError) in
                    try SettlingThread.read(sessions, of: catalog)
                }
                outcome.value.withLock { $0 = result }
            }
    }

    /// Waits for the thread's end.
    func join() throws(SQLError) -> Read {
        thread?.join()
        return try outcome.value.withLock { $0 }.get()
    }

    private static func read(
        _ sessions: [Int64],
        of catalog: BytePath
    ) throws(SQLError) -> Read {
        let database = try Connection(
            path: catalog,
            mode: .readOnly,
            options: ConnectionOptions(cacheKiB: cacheKiB, temporaryStore: .memory)
        )
        _ = try StoredFunctions.define(in: database)
        return try SettlingReader(database).facts(of: sessions)
    }
}
