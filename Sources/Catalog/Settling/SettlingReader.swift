import SQL
import Transcripts

/// What a session is settled from, besides what is known of it as a whole.
struct SettlingFacts: Sendable {
    var walk: SessionWalk
    var accesses: [SettlingAccess]
    /// The rows of `context_analysis` that it has.
    var contexts: Set<Int64>
    /// In nanoseconds; nil for a session without rows.
    var activeTime: Int64?
    var outcome: SessionSignals.Outcome
    /// The worst that its records are: "malformed", "recovered", "unknown" or "ok".
    var integrity: String
    /// What its rows show where no record tells: it repeats events of another, or begins with a summary.
    var lineage: Lineage?
}

/// Reads what sessions are settled from; it belongs to its connection's thread.
final class SettlingReader {
    private let events: Statement
    private let edits: Statement
    private let accesses: Statement
    private let contexts: Statement
    private let activeTime: Statement
    private let ending: Statement
    private let statuses: Statement
    private let origins: Statement
    private let firstMessage: Statement

    /// `database`: with the functions of `StoredFunctions`.
    init(_ database: Connection) throws(SQLError) {
        events = try database.prepare(SettlingQueries.events)
        edits = try database.prepare(SettlingQueries.edits)
        accesses = try database.prepare(SettlingQueries.accesses)
        contexts = try database.prepare("SELECT id FROM context_analysis WHERE session = ?")
        activeTime = try database.prepare(SettlingQueries.activeTime)
        ending = try database.prepare(SettlingQueries.ending)
        statuses = try database.prepare(
            "SELECT status, count(*) FROM entries WHERE session = ? GROUP BY status"
        )
        origins = try database.prepare(SettlingQueries.origins)
        firstMessage = try database.prepare(SettlingQueries.firstMessage)
    }

    func facts(
        of sessions: [Int64]
    ) throws(SQLError) -> [(session: Int64, facts: SettlingFacts)] {
        try sessions.map { (id) throws(SQLError) in (id, try facts(of: id)) }
    }

    func facts(of session: Int64) throws(SQLError) -> SettlingFacts {
        SettlingFacts(
            walk: try walk(session),
            accesses: try accesses.all(session) { SettlingAccess($0) },
            contexts: Set(try contexts.all(session) { $0.int(0) }),
            activeTime: try activeTime.first(session) { $0.int(0) },
            outcome: try outcome(of: session),
            integrity: try integrity(of: session),
            lineage: try lineage(of: session)
        )
    }

    // MARK: Walking

    private func walk(_ session: Int64) throws(SQLError) -> SessionWalk {
        var edited: [Int64: [String]] = [:]
        try edits.query(session) { (row) throws(SQLError) in
            edited[row.int(0), default: []].append(row.text(1))
        }
        var walk = SessionWalk()
        try events.query(session) { (event) throws(SQLError) in
            switch event.int(0) {
            case 0: walk.compact()
            case 1: walk.take(SettlingReader.message(event))
            case 2: walk.take(SettlingReader.call(event, edited))
            default: walk.take(SettlingReader.response(event, session))
            }
        }
        return walk
    }

    private static func message(_ event: Statement) -> SessionWalk.Message {
        SessionWalk.Message(
            kind: MessageKind(rawValue: event.text(4)) ?? .meta,
            bytes: event.int(5),
            hash: event.optionalInt(6),
            call: event.optionalInt(7),
            group: event.int(8),
            hasFailed: event.bool(9),
            path: event.optionalText(10)
        )
    }

    private static func call(
        _ event: Statement,
        _ edited: [Int64: [String]]
    ) -> SessionWalk.Call {
        let id = event.int(3)
        return SessionWalk.Call(
            id: id,
            name: event.text(4),
            input: event.int(5),
            category: event.optionalText(6),
            command: event.optionalText(7),
            hasFailed: event.bool(8),
            edits: edited[id] ?? []
        )
    }

    private static func response(_ event: Statement, _ session: Int64) -> SessionWalk.Response {
        SessionWalk.Response(
            id: event.int(3),
            who: Attribution([
                event.value(7), event.value(8), event.value(9), .integer(session), event.value(1),
            ]),
            tokens: event.int(4),
            model: event.optionalText(6),
            window: event.optionalInt(5)
        )
    }

    // MARK: Of a whole session

    private func outcome(of session: Int64) throws(SQLError) -> SessionSignals.Outcome {
        let kind = try ending.first(session) { $0.text(0) }
        return switch kind.flatMap(MessageKind.init(rawValue:)) {
        case .prompt, .interruption: .abandoned
        case .apiError: .errored
        case nil: .unknown
        default: .completed
        }
    }

    private func integrity(of session: Int64) throws(SQLError) -> String {
        let found = Set(try statuses.all(session) { $0.text(0) })
        let order: [EntryStatus] = [.malformed, .recovered, .unknown]
        return (order.first { found.contains($0.rawValue) } ?? .ok).rawValue
    }

    private func lineage(of session: Int64) throws(SQLError) -> Lineage? {
        if try origins.first(session, row: { $0.int(0) }) != nil { return .resumed }
        let kind = try firstMessage.first(session) { $0.text(0) }
        return kind == MessageKind.compactSummary.rawValue ? .compacted : nil
    }
}
