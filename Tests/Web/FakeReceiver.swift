import Catalog
import Core
import Synchronization
import Web

/// The receiver's side of the page, as tests set it.
final class FakeReceiver: ReceiverSource, Notebook, DocumentSource, ConsumerSource, AccessKeeper,
    AlertSender
{
    private struct State {
        var facts = ReceiverFacts()
        var notes: [Int64: FindingNote] = [:]
        var settings: [String: String] = [:]
        var audit: [AuditRow] = []
        var records: [AccessRecord] = []
        var consumers: [ConsumerFacts] = []
        var actions: [ConsumerAction] = []
        var revoked: [AgentID] = []
        var sent: [(target: String, message: [UInt8])] = []
        var isDeaf = false
    }

    private let state = Mutex(State())

    func set(_ change: @Sendable (inout ReceiverFacts) -> Void) {
        state.withLock { change(&$0.facts) }
    }

    func set(consumers: [ConsumerFacts]) { state.withLock { $0.consumers = consumers } }

    var actions: [ConsumerAction] { state.withLock { $0.actions } }
    var revoked: [AgentID] { state.withLock { $0.revoked } }
    var stored: [AccessRecord] { state.withLock { $0.records } }

    private func audit(_ text: String) {
        state.withLock { state in
            let row = Int64(state.audit.count + 1)
            let at = WallTime(nanoseconds: row)
            state.audit.append(AuditRow(row: row, at: at, action: "test", detail: text))
        }
    }

    // MARK: AlertSender

    let commands = ["pager"]

    /// What was sent so far.
    var sent: [(target: String, message: [UInt8])] { state.withLock { $0.sent } }

    /// Whether nothing that is sent arrives.
    func set(isDeaf: Bool) { state.withLock { $0.isDeaf = isDeaf } }

    func post(_ message: [UInt8], to webhook: String) throws(OperatorError) {
        try take(webhook, message)
    }

    func run(_ command: String, _ message: [UInt8]) throws(OperatorError) {
        try take(command, message)
    }

    private func take(_ target: String, _ message: [UInt8]) throws(OperatorError) {
        let isDeaf = state.withLock { state in
            if !state.isDeaf { state.sent.append((target, message)) }
            return state.isDeaf
        }
        if isDeaf { throw OperatorError(.network, "nobody listens") }
    }

    // MARK: ReceiverSource

    func facts() -> ReceiverFacts { state.withLock { $0.facts } }

    func connected() -> Set<AgentID> {
        Set(facts().agents.filter(\.isConnected).map(\.id))
    }

    func makeToken(
        owner: String,
        valid: Duration?,
        by: String
    ) throws(OperatorError) -> (token: String, command: String, expires: WallTime) {
        ("TOKEN-\(owner)", "tailship-agent join here TOKEN-\(owner)", WallTime(nanoseconds: 1))
    }

    func revoke(_ agent: AgentID, by: String) throws(OperatorError) -> Bool {
        state.withLock { state in
            guard state.facts.agents.contains(where: { $0.id == agent }) else { return false }
            state.revoked.append(agent)
            return true
        }
    }

    var configuration: String { "[listen]\n" }

    // MARK: Notebook

    func findingNotes() throws(OperatorError) -> [Int64: FindingNote] {
        state.withLock { $0.notes }
    }

    func note(_ findings: [Int64], _ note: FindingNote) throws(OperatorError) {
        state.withLock { state in
            for finding in findings { state.notes[finding] = note.state == .new ? nil : note }
        }
        audit("noted")
    }

    func setting(_ name: String) throws(OperatorError) -> String? {
        state.withLock { $0.settings[name] }
    }

    func set(_ name: String, _ text: String, audit: String) throws(OperatorError) {
        state.withLock { $0.settings[name] = text }
        self.audit(audit)
    }

    func audit(before: Int64?, limit: Int) throws(OperatorError) -> [AuditRow] {
        state.withLock { state in
            Array(state.audit.reversed().filter { $0.row < before ?? .max }.prefix(limit))
        }
    }

    // MARK: DocumentSource

    func export(
        _ request: ExportRequest,
        _ catalog: CatalogReader,
        _ write: (String) -> Bool
    ) throws(OperatorError) {
        _ = write("\(request.format.rawValue) of \(request.session.session), ")
        _ = write("secrets \(request.withSecrets), subagents \(request.withSubagents)")
    }

    func report(
        _ filter: RowFilter,
        _ catalog: CatalogReader,
        zone: LocalZone,
        isMarkdown: Bool,
        withTitles: Bool
    ) throws(OperatorError) -> String {
        isMarkdown ? "# Report" : "{\"titles\":\(withTitles)}"
    }

    // MARK: ConsumerSource

    func consumers() -> [ConsumerFacts] { state.withLock { $0.consumers } }

    func deadLetters(
        of consumer: String,
        before: Int64?,
        limit: Int
    ) throws(OperatorError) -> [DeadLetterFacts] {
        try known(consumer)
        let all = (1...5).reversed().map { number in
            DeadLetterFacts(
                id: Int64(number),
                at: WallTime(nanoseconds: Int64(number)),
                table: "messages",
                row: Int64(number),
                rev: Int64(number),
                text: "refused <b>\(number)</b>",
                attempts: 3
            )
        }
        return Array(all.filter { $0.id < before ?? .max }.prefix(limit))
    }

    func perform(
        _ action: ConsumerAction,
        on consumer: String,
        isDryRun: Bool,
        by: String
    ) throws(OperatorError) -> ConsumerOutcome {
        try known(consumer)
        if !isDryRun { state.withLock { $0.actions.append(action) } }
        return ConsumerOutcome(rows: 12, fromRev: 30, toRev: 18, effect: "12 rows again")
    }

    private func known(_ name: String) throws(OperatorError) {
        guard consumers().contains(where: { $0.name == name }) else {
            throw OperatorError(.input, "there is no consumer \(name)")
        }
    }

    // MARK: AccessKeeper

    func records() throws(OperatorError) -> [AccessRecord] { stored }

    func keep(_ record: AccessRecord, audit: String) throws(OperatorError) {
        state.withLock { state in
            state.records.removeAll { $0.id == record.id }
            state.records.append(record)
        }
        self.audit(audit)
    }

    func remove(_ id: String, audit: String) throws(OperatorError) {
        state.withLock { $0.records.removeAll { $0.id == id } }
        self.audit(audit)
    }
}
