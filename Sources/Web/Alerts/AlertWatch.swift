import Catalog
import Core
import Platform
import SQL
import Synchronization

/// The thread that looks at the rules from time to time, and has told what they find.
///
/// It has a thread of its own because a webhook may take its time. What was told is kept beside the rules, so that a
/// restart repeats nothing.
final class AlertWatch: Sendable {
    private struct State {
        var tracker = AlertTracker()
        var isClosed = false
        var thread: Thread?
    }

    private static let setting = "alert_states"

    private let interval: Duration
    private let state = Mutex(State())
    private let signal = Signal()

    init(every interval: Duration) { self.interval = interval }

    /// Since when a rule holds, as far as it was looked at.
    func since(_ rule: String) -> WallTime? { state.withLock { $0.tracker.since(rule) } }

    /// Starts looking; the site outlives it, since it stops it.
    func start(_ site: Site, _ catalog: BytePath) {
        let thread = Thread.spawn(name: "alerts", stackSize: 2 << 20, niceness: 10) {
            [self, unowned site] in
            serve(site, catalog)
        }
        state.withLock { $0.thread = thread }
    }

    /// The rules were changed.
    func wake() { signal.notify() }

    func stop() {
        let thread = state.withLock { state in
            state.isClosed = true
            return state.thread.take()
        }
        signal.notify()
        thread?.join()
    }

    private var isClosed: Bool { state.withLock { $0.isClosed } }

    private func serve(_ site: Site, _ catalog: BytePath) {
        var isRead = false
        var session: CatalogSession?
        var failure: String?
        while !isClosed {
            do throws(APIError) {
                if !isRead {
                    try recall(site)
                    isRead = true
                }
                if session == nil { session = try AlertWatch.open(catalog) }
                if let session { try look(site, session) }
                failure = nil
            } catch {
                if failure != error.message { Log.warning("alerts: \(error.message)") }
                failure = error.message
            }
            _ = signal.wait(timeout: interval)
        }
    }

    private static func open(_ catalog: BytePath) throws(APIError) -> CatalogSession {
        do throws(OperatorError) { return try CatalogSession(catalog) } catch {
            throw APIError(error)
        }
    }

    private func recall(_ site: Site) throws(APIError) {
        let text = try Router.operating { () throws(OperatorError) in
            try site.seams.notebook.setting(AlertWatch.setting)
        }
        state.withLock { $0.tracker = AlertTracker(text ?? "") }
    }

    // MARK: A look

    private func look(_ site: Site, _ session: CatalogSession) throws(APIError) {
        let rules = try SettingsBook(site).alerts().filter(\.isEnabled)
        guard !rules.isEmpty || state.withLock({ !$0.tracker.isEmpty }) else { return }
        let now = Clock.wall()
        let found = try session.read { (catalog) throws(APIError) in
            let context = RequestContext(
                request: HTTPRequest(method: "GET", target: "/api/alerts"),
                path: [:],
                parameters: Parameters([], now: now),
                identity: .anybody,
                isKnown: true,
                now: now,
                site: site,
                reader: catalog,
                head: CatalogHead()
            )
            let board = try AlertBoard(context)
            var found: [(rule: AlertRule, cause: AlertCause?)] = []
            for rule in rules { found.append((rule, try board.cause(rule))) }
            return found
        }
        for notice in state.withLock({ $0.tracker.observe(found, now: now) }) {
            if isClosed { return }
            let audit = tell(notice, site)
            let text = state.withLock { $0.tracker.text }
            try Router.operating { () throws(OperatorError) in
                try site.seams.notebook.set(AlertWatch.setting, text, audit: audit)
            }
        }
    }

    /// Sends a notice; the result is what the audit says of it.
    private func tell(_ notice: AlertNotice, _ site: Site) -> String {
        let now = Clock.wall()
        let message = notice.message(receiver: site.options.name, now: now)
        let sender = site.seams.alerts
        var failure: OperatorError?
        do throws(OperatorError) {
            if let webhook = notice.rule.webhook { try sender.post(message, to: webhook) }
        } catch {
            failure = error
        }
        do throws(OperatorError) {
            if let command = notice.rule.command { try sender.run(command, message) }
        } catch {
            failure = failure ?? error
        }
        let isDelivered = failure == nil
        state.withLock { $0.tracker.told(notice, isDelivered: isDelivered, now: Clock.wall()) }
        let said = "alert \(notice.rule.name): \(notice.cause?.text ?? "over")"
        guard let failure else { return said }
        Log.warning("the alert \(notice.rule.name) could not be sent: \(failure.message)")
        return "\(said); it could not be sent"
    }
}
