import Catalog
import Core
import Delivery
import Platform
import SQL
import Settings
import Web

/// Shows the consumers to the page, and takes its orders to them.
final class FanoutConsumers: ConsumerSource {
    private let fanout: Fanout
    private let clerk: Clerk
    private let settings: ReceiverSettings

    init(_ fanout: Fanout, _ clerk: Clerk, _ settings: ReceiverSettings) {
        self.fanout = fanout
        self.clerk = clerk
        self.settings = settings
    }

    func consumers() -> [ConsumerFacts] {
        let statuses = fanout.statuses
        let failures = fanout.failures
        return settings.consumers.filter(\.enabled).sorted { $0.name < $1.name }.map { consumer in
            let status = statuses.first { $0.name == consumer.name }
            let failure = failures.first { $0.name == consumer.name }
            return facts(consumer, status, failure?.error)
        }
    }

    private func facts(
        _ consumer: ConsumerSettings,
        _ status: ConsumerStatus?,
        _ failure: OperatorError?
    ) -> ConsumerFacts {
        var facts = ConsumerFacts(
            name: consumer.name,
            backend: consumer.backend?.rawValue ?? "",
            state: failure == nil ? state(status) : .failed
        )
        facts.server = consumer.url.map { server(of: $0) } ?? consumer.directory?.description ?? ""
        facts.delivery = consumer.delivery.rawValue
        facts.from = consumer.from.text
        facts.filter = FanoutConsumers.filter(consumer)
        facts.redact = consumer.redact == .none ? "" : consumer.redact.rawValue
        facts.lastError = failure?.description ?? status?.trouble
        guard let status else { return facts }
        facts.epoch = Hex.encode(status.cursor?.epoch ?? 0)
        facts.rev = status.cursor?.rev ?? 0
        facts.lagRows = status.lag
        facts.lagBytes = status.lagBytes
        facts.lagSeconds = (status.lagTime?.milliseconds ?? 0) / 1000
        facts.rowsPerSecond = status.rate
        facts.delivered = status.rows
        facts.deadLetters = Int64(status.deadLetters)
        facts.retries = status.retries
        facts.lastErrorAt = status.troubleSince
        facts.nextAttempt = status.nextAttempt
        let (now, wall) = (Clock.monotonic(), Clock.wall())
        facts.window = status.window.samples.map { sample in
            let at = wall + .nanoseconds(-(now - sample.time).nanoseconds)
            return ConsumerFacts.Commit(at: at, rev: sample.cursor, lag: sample.lag)
        }
        return facts
    }

    /// "agent=laptop-*,desktop tables=messages; not project=private*"; empty for all rows.
    private static func filter(_ consumer: ConsumerSettings) -> String {
        func text(_ selection: ConsumerSettings.Selection) -> String {
            selection.patterns.sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value.joined(separator: ","))" }.joined(separator: " ")
        }
        let (only, except) = (text(consumer.only), text(consumer.except))
        return [only, except.isEmpty ? "" : "not " + except].filter { !$0.isEmpty }
            .joined(separator: "; ")
    }

    private func state(_ status: ConsumerStatus?) -> ConsumerFacts.State {
        guard let status else { return .ok }
        switch status.state {
        case .paused: return .paused
        case .blocked: return .failed
        default: break
        }
        if status.isCircuitOpen { return .failed }
        switch status.judgement {
        case .ok: return .ok
        case .warning: return .warn
        case .stalled: return .stalled
        case .stopped: return .stopped
        }
    }

    /// Without a user and a password.
    private func server(of url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return "" }
        let rest = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        return String(url[..<scheme.upperBound]) + (rest.split(separator: "@").last ?? "")
    }

    // MARK: Dead letters

    func deadLetters(
        of consumer: String,
        before: Int64?,
        limit: Int
    ) throws(OperatorError) -> [DeadLetterFacts] {
        let consumer = try find(consumer)
        let store = try open()
        return try database { () throws(SQLError) in
            // One row a letter: its number is when it was refused last, in nanoseconds.
            try store.letters(of: consumer.name, limit: 100_000)
                .filter { letter in before.map { letter.last.nanoseconds < $0 } ?? true }
                .prefix(limit)
                .map { letter in
                    DeadLetterFacts(
                        id: letter.last.nanoseconds,
                        at: letter.last,
                        table: letter.table,
                        row: letter.id,
                        rev: letter.rev,
                        text: letter.words,
                        attempts: letter.attempts
                    )
                }
        }
    }

    // MARK: Orders

    func perform(
        _ action: ConsumerAction,
        on consumer: String,
        isDryRun: Bool,
        by author: String
    ) throws(OperatorError) -> ConsumerOutcome {
        let consumer = try find(consumer)
        let store = try open()
        let order = try order(for: action)
        let forecast = try OrderForecast(
            order,
            consumer,
            store,
            storage: settings.storage.directory
        )
        if case .skip(let wanted) = action, forecast.row != wanted {
            throw OperatorError(
                .input,
                "the row \(Hex.encode(UInt64(bitPattern: wanted))) is not the next one of "
                    + consumer.name,
                remedy: forecast.row.map { "That is \(Hex.encode(UInt64(bitPattern: $0)))." }
                    ?? "Nothing waits for it."
            )
        }
        let outcome = ConsumerOutcome(
            rows: forecast.rows,
            fromRev: forecast.from,
            toRev: forecast.to,
            effect: forecast.effect
        )
        guard !isDryRun else { return outcome }
        let now = Clock.wall()
        try database { () throws(SQLError) in
            try store.order(order, to: consumer.name, author: author, at: now)
        }
        let note = order.auditLine(consumer.name, by: author)
        try clerk.ask { (registry) throws(OperatorError) in
            try registry.audit(note.action, note.detail, at: now)
        }
        fanout.wake()
        return outcome
    }

    private func order(for action: ConsumerAction) throws(OperatorError) -> ConsumerOrder {
        switch action {
        case .pause: return .pause
        case .resume: return .resume
        case .skip: return .skip
        case .replay(let letters): return .replay(letters)
        case .rewind(let position):
            let reader = try FeedReader(path: catalog)
            let cursor = try database { () throws(SQLError) -> Cursor? in
                let head = try reader.head()
                let rev: Int64?
                switch position {
                case .beginning: rev = 0
                case .rev(let wanted): rev = max(0, min(wanted, head.rev))
                case .time(let time): rev = try reader.rev(before: time)
                case .session(let id): rev = try reader.rev(beforeSession: id)
                }
                return rev.map { Cursor(epoch: head.epoch, rev: $0) }
            }
            guard let cursor else {
                throw OperatorError(.input, "there is no such session")
            }
            return .rewind(cursor)
        }
    }

    private var catalog: BytePath { settings.storage.directory.appending(CatalogFile.name) }

    private func find(_ name: String) throws(OperatorError) -> ConsumerSettings {
        guard let found = settings.consumers.first(where: { $0.name == name }) else {
            throw OperatorError(.input, "there is no consumer \"\(name)\"")
        }
        return found
    }

    private func open() throws(OperatorError) -> ConsumerStore {
        try ConsumerStore(path: settings.storage.directory.appending(ConsumerStore.name))
    }

    private func database<Value>(
        _ body: () throws(SQLError) -> Value
    ) throws(OperatorError) -> Value {
        do throws(SQLError) {
            return try body()
        } catch {
            throw OperatorError(error)
        }
    }
}
