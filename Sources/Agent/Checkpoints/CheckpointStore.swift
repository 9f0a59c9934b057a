import Core
import SQL
import Tailing

/// What the agent remembers between two runs: streams, the checksums of their blocks, cursors.
///
/// Changes gather in one transaction until `flush`; what a crash takes of it is found again on the disk
/// and asked of the receivers. One thread uses it. Any failure leaves the transaction undone: the owner
/// calls `discard` and looks at all files again.
package final class CheckpointStore {
    let connection: Connection
    private var statements: [CheckpointQuery: Statement] = [:]
    var sourceNames: [Int64: String] = [:]
    var sourceNumbers: [String: Int64] = [:]
    private var isOpen = false

    /// Takes over an open database and brings its schema up to date.
    ///
    /// - Throws: `.newerSchema` for a database of a newer agent, which is not touched.
    package init(_ connection: Connection) throws(SQLError) {
        self.connection = connection
        try CheckpointSchema.migrations.apply(to: connection)
        // What the configuration says is no state: it is told anew at each start.
        try connection.execute(
            """
            CREATE TEMP TABLE refused (receiver INTEGER NOT NULL, source INTEGER NOT NULL,
                PRIMARY KEY (receiver, source)) WITHOUT ROWID
            """
        )
    }

    // MARK: Transactions

    /// Makes everything since the last flush durable, in one transaction.
    package func flush() throws(SQLError) {
        guard isOpen else { return }
        try connection.execute("COMMIT")
        isOpen = false
    }

    /// Undoes everything since the last flush.
    package func discard() {
        guard isOpen else { return }
        isOpen = false
        // SQLite has rolled back by itself after some failures; that is what was wanted.
        try? connection.execute("ROLLBACK")
    }

    /// Whether something waits for `flush`.
    package var hasChanges: Bool { isOpen }

    // MARK: Names

    /// Says which sources and receivers are configured.
    ///
    /// Streams of sources that are not are left alone, and a new receiver is due everything.
    ///
    /// - Parameters:
    ///   - sources: the name of each.
    ///   - receivers: the name of each, and whether held files wait until it has verified them.
    ///   - accepts: whether files of a source go to a receiver, by their names.
    /// - Throws: what the database throws.
    package func configure(
        sources: [String],
        receivers: [(name: String, hold: Bool)],
        accepts: (_ receiver: String, _ source: String) -> Bool = { _, _ in true }
    ) throws(SQLError) {
        try run(.deactivateSources)
        for name in sources { try run(.activateSource, name) }
        try run(.deactivateReceivers)
        for receiver in receivers { try run(.activateReceiver, receiver.name, receiver.hold) }
        sourceNames = [:]
        sourceNumbers = [:]
        try statement(.sources).query { row throws(SQLError) in
            sourceNames[row.int(0)] = row.text(1)
            sourceNumbers[row.text(1)] = row.int(0)
        }
        try run(.forgetRefused)
        for receiver in receivers {
            for source in sources where !accepts(receiver.name, source) {
                try run(.refuse, receiver.name, source)
            }
        }
        try run(.addMissingCursors, ReadPosition.start.check)
        try run(.dropOtherCursors)
        try run(.refreshAllCursors)
    }

    /// The number of a configured receiver; nil for any other name.
    package func receiver(_ name: String) throws(SQLError) -> ReceiverNumber? {
        try statement(.receiver).first(name) { $0.int(0) }
    }

    /// The nonce of the receiver's last welcome; `.none` before the first.
    package func nonce(_ receiver: ReceiverNumber) throws(SQLError) -> Nonce {
        let bytes = try statement(.nonce).first(receiver) { $0.blob(0) } ?? []
        guard bytes.count == 16 else { return .none }
        return Nonce(high: Hex.bigEndian(bytes[0..<8]), low: Hex.bigEndian(bytes[8..<16]))
    }

    /// Remembers the nonce of a welcome, durably, before anything is shipped under it.
    package func setNonce(_ nonce: Nonce, _ receiver: ReceiverNumber) throws(SQLError) {
        let bytes = [nonce.high, nonce.low].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
        try run(.setNonce, bytes, receiver)
        try flush()
    }

    // MARK: Statements

    func statement(_ query: CheckpointQuery) throws(SQLError) -> Statement {
        if let statement = statements[query] { return statement }
        let statement = try connection.prepare(query.rawValue)
        statements[query] = statement
        return statement
    }

    /// Runs a statement that changes something, in the open transaction.
    func run<each V: SQLBindable>(
        _ query: CheckpointQuery,
        _ values: repeat each V
    ) throws(SQLError) {
        if !isOpen {
            try connection.execute("BEGIN IMMEDIATE")
            isOpen = true
        }
        try statement(query).run(repeat each values)
    }
}
