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
        /// The greatest `session_changes.rev` that was seen.
        var rev = Int64.min
        var places = Places()
        /// Rows that were withdrawn.
        var withdrawn: Set<Int> = []
    }

    private let state = Mutex(State())

    package init() {}

    /// What is known, brought up to what the reader sees.
    func places(_ reader: CatalogReader) throws(OperatorError) -> Places {
        let epoch =
            try reader.rows("SELECT value FROM properties WHERE name = 'epoch'") { $0.int(0) }.first
        return try state.withLock { (state) throws(OperatorError) in
            if state.epoch != epoch ?? 0 {
                state = State()
                state.epoch = epoch ?? 0
            }
            try MessageMap.update(&state, reader)
            return state.places
        }
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
