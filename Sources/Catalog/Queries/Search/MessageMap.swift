import Core
import SQL
import Synchronization

/// Which session each message is of, and when it was said, by the number of its row.
///
/// What is found for a frequent word stands all over the largest table, and to look up each of its messages takes far
/// longer than to find it; here it takes a few bytes of memory for each message. Sessions that changed since the last
/// look (`session_changes`) are read again. Any thread.
package final class MessageMap: Sendable {
    /// What was known at a moment.
    struct Places {
        /// A message of no session is of this one; the least number is a message that is none, or was withdrawn.
        static let none: Int32 = 0
        static let gone = Int32.min

        /// The sessions, by the numbers that are used here.
        fileprivate(set) var sessions: [Int64?] = [nil]
        /// Of each row, by its number.
        fileprivate(set) var session: [Int32] = []
        /// Nanoseconds; the least number for no time.
        fileprivate(set) var time: [Int64] = []
        fileprivate var numbers: [Int64: Int32] = [:]

        /// The number of a session; nil for one without messages.
        func number(of session: Int64) -> Int? { numbers[session].map { Int($0) } }

        /// Whether the row is a message that can be found.
        func has(_ row: Int) -> Bool { row < session.count && session[row] != Places.gone }

        fileprivate mutating func number(_ session: Int64?) -> Int32 {
            guard let session else { return Places.none }
            if let known = numbers[session] { return known }
            let number = Int32(sessions.count)
            sessions.append(session)
            numbers[session] = number
            return number
        }

        fileprivate mutating func put(_ row: Int, _ number: Int32, _ moment: Int64) {
            if row >= session.count {
                let more = row + 1 - session.count
                session.append(contentsOf: repeatElement(Places.gone, count: more))
                time.append(contentsOf: repeatElement(.min, count: more))
            }
            session[row] = number
            time[row] = moment
        }
    }

    private struct State {
        var epoch: Int64 = 0
        /// The catalog's `rev` that all of this is of.
        var version: Int64?
        /// The greatest `session_changes.rev` that was seen.
        var rev = Int64.min
        var matches = MatchMemory()
        var places = Places()
        /// Rows that were withdrawn.
        var withdrawn: Set<Int> = []
    }

    private let state = Mutex(State())

    package init() {}

    /// What is known, brought up to what the reader sees.
    func places(_ reader: CatalogReader) throws(OperatorError) -> Places {
        let properties = try reader.rows(
            "SELECT name = 'epoch', value FROM properties WHERE name IN ('epoch', 'rev')"
        ) { (isEpoch: $0.bool(0), value: $0.int(1)) }
        let epoch = properties.first { $0.isEpoch }?.value ?? 0
        let version = properties.first { !$0.isEpoch }?.value
        return try state.withLock { (state) throws(OperatorError) in
            if state.epoch != epoch {
                state = State()
                state.epoch = epoch
            }
            if state.version == nil || state.version != version {
                state.matches.changed(messages: state.places.session.count)
                try MessageMap.update(&state, reader)
                state.version = version
            }
            return state.places
        }
    }

    /// The rows that an expression finds, in their order; `places` was asked before in the same state of the catalog.
    func rows(
        matching expression: String,
        _ reader: CatalogReader
    ) throws(OperatorError) -> [Int32] {
        let (known, version) = state.withLock { ($0.matches.rows(expression), $0.version) }
        if let known { return known }
        var rows: [Int32] = []
        try reader.forEach("SELECT rowid FROM words WHERE words MATCH ?", [.text(expression)]) {
            rows.append(Int32(truncatingIfNeeded: $0.int(0)))
        }
        state.withLock { state in
            // Another reader may have gone on meanwhile.
            if state.version == version { state.matches.keep(rows, of: expression) }
        }
        return rows
    }

    /// How many messages have the phrase, or had not long ago: enough to weigh it by.
    func count(of phrase: String, _ reader: CatalogReader) throws(OperatorError) -> Int64 {
        if let known = state.withLock({ $0.matches.count(phrase) }) { return known }
        let found = try reader.rows(
            "SELECT COUNT(*) FROM words WHERE words MATCH ?",
            [.text(phrase)]
        ) { $0.int(0) }
        let count = found.first ?? 0
        state.withLock { $0.matches.keep(count, of: phrase) }
        return count
    }

    private static let columns = "SELECT session, timestamp, row FROM messages"
    /// It has all that is asked, so that the rows themselves are not read.
    private static let index = "INDEXED BY messages_by_session"

    private static func update(
        _ state: inout State,
        _ reader: CatalogReader
    ) throws(OperatorError) {
        let isFirst = state.rev == .min
        var changed: [Int64] = []
        var rev = state.rev
        try reader.forEach(
            "SELECT session, rev FROM session_changes WHERE rev > ?",
            [.integer(state.rev)]
        ) { row in
            changed.append(row.int(0))
            rev = max(rev, row.int(1))
        }
        if isFirst {
            try read(&state, reader, "\(columns) \(index)")
        } else {
            for session in changed {
                try read(
                    &state,
                    reader,
                    "\(columns) \(index) WHERE session = ?",
                    [.integer(session)]
                )
            }
            // No session changes with these.
            try read(&state, reader, "\(columns) \(index) WHERE session IS NULL")
        }
        state.rev = rev
        try withdraw(&state, reader)
    }

    private static func read(
        _ state: inout State,
        _ reader: CatalogReader,
        _ sql: String,
        _ values: [SQLValue] = []
    ) throws(OperatorError) {
        var last: (session: Int64?, number: Int32) = (nil, Places.none)
        try reader.forEach(sql, values) { row in
            let session = row.optionalInt(0)
            if session != last.session { last = (session, state.places.number(session)) }
            let time = row.optionalInt(1) ?? .min
            state.places.put(Int(row.int(2)), last.number, time)
        }
    }

    /// Takes out what is withdrawn: messages, those of events, and those of sessions.
    private static func withdraw(
        _ state: inout State,
        _ reader: CatalogReader
    ) throws(OperatorError) {
        let former = state.withdrawn
        var withdrawn: Set<Int> = []
        // In this order: withdrawals are few, messages are many.
        try reader.forEach(
            """
            SELECT m.row FROM retractions r CROSS JOIN messages m ON m.id = r.id
            WHERE m.retracted = 1
            UNION ALL SELECT m.row FROM retractions r CROSS JOIN entries e ON e.event = r.id
                CROSS JOIN messages m ON m.session IS e.session
                WHERE m.entry = e.seq AND m.retracted = 1
            UNION ALL SELECT m.row FROM retractions r CROSS JOIN messages m ON m.session = r.id
                WHERE m.retracted = 1
            """
        ) { withdrawn.insert(Int($0.int(0))) }
        for row in withdrawn where row < state.places.session.count {
            state.places.session[row] = Places.gone
        }
        for row in former.subtracting(withdrawn) {
            try read(&state, reader, "\(columns) WHERE row = ?", [.integer(Int64(row))])
        }
        state.withdrawn = withdrawn
    }
}

extension CatalogReader {
    /// Brings the map of messages up to date, so that the next search need not.
    package func rememberPlaces() throws(OperatorError) { _ = try messageMap?.places(self) }
}
