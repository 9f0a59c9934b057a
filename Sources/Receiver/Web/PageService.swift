import Core
import Journal
import Platform
import Settings
import Synchronization
import Web

/// The page beside the receiver: started and stopped with it, and never in its way.
final class PageService: Sendable {
    private struct State {
        var server: HTTPServer?
        var failure: String?
        var tries = 0
    }

    let source: HubSource
    private let settings: ReceiverSettings
    private let hub: Hub
    private let site: Site
    private let book: AccessBook?
    private let state = Mutex(State())
    private let connected = Mutex<Set<AgentID>>([])

    /// Makes everything but the socket.
    ///
    /// - Throws: for a configuration with which nothing may be served.
    init(
        _ settings: ReceiverSettings,
        _ hub: Hub,
        _ ingest: Ingest,
        _ index: JournalIndex,
        _ fanout: Fanout,
        configuration: String
    ) throws(OperatorError) {
        self.settings = settings
        self.hub = hub
        source = HubSource(hub, ingest, index, settings, configuration: configuration)
        let desk = ClerkDesk(clerk: hub.clerk)
        book = settings.listen.webOpen ? nil : try AccessBook(desk)
        var options = SiteOptions(
            pages: settings.listen.webPages,
            storage: settings.storage.directory,
            version: Hub.version,
            name: Host.name
        )
        options.hosts = [Host.name, settings.listen.web.host] + settings.listen.names
        options.isSecure = settings.listen.isWebSecure
        options.alertInterval = settings.alerts.every
        options.readers = max(2, min(4, Host.coreCount))
        let seams = Seams(
            receiver: source,
            notebook: desk,
            documents: CommandDocuments(),
            consumers: FanoutConsumers(fanout, hub.clerk, settings),
            alerts: AlertCourier(settings.commands),
            answers: IngestAnswers(ingest: ingest)
        )
        site = try Site(options, book: book, seams: seams)
    }

    // MARK: From other threads

    /// Rows were committed.
    func changed() { site.committed() }

    /// Looks at the storage and at who is connected, and tries again to listen where that failed.
    func review(_ facts: Admission.Facts) {
        source.reviewed(facts)
        let now = hub.connectedAgents
        let hasMoved = connected.withLock { known in
            defer { known = now }
            return known != now
        }
        if hasMoved { site.committed() }
        retry()
    }

    /// Another process changed who may come in.
    func reload() {
        guard let book else { return }
        hub.clerk.order { registry in
            Hub.attempt("read the logins again") { () throws(OperatorError) in
                book.take(try registry.accessRecords())
            }
        }
    }

    /// Where it is, or why it is not.
    var address: String {
        let (port, failure) = state.withLock { ($0.server?.port, $0.failure) }
        guard let port else { return failure ?? "the page is not served yet" }
        return PageService.address(settings, port: port)
    }

    static func address(_ settings: ReceiverSettings, port: UInt16) -> String {
        let scheme = settings.listen.isWebSecure ? "https" : "http"
        let web = settings.listen.web
        let host = web.isWildcard ? Host.name : web.host
        return "\(scheme)://\(HostPort(host: host, port: port))/"
    }

    // MARK: Starting and stopping

    /// Listens.
    ///
    /// A port that is taken keeps no agent from shipping: it is tried again.
    ///
    /// - Throws: for a certificate that cannot be used, and an address that others reach without TLS.
    func start() throws(OperatorError) {
        do throws(OperatorError) {
            try listen()
        } catch  where error.code == .network {
            state.withLock { $0.failure = error.message }
            Log.error(error)
        }
    }

    private func retry() {
        let isDue = state.withLock { state in
            guard state.server == nil, state.failure != nil else { return false }
            state.tries += 1
            return state.tries.isMultiple(of: 5)
        }
        guard isDue else { return }
        do throws(OperatorError) { try listen() } catch {
            state.withLock { $0.failure = error.message }
        }
    }

    private func listen() throws(OperatorError) {
        let web = settings.listen.web
        let resolved = try SocketAddress.resolve(web.description, defaultPort: web.port)
        guard let address = resolved.first else {
            throw OperatorError(.network, "\(web) is no address of this machine")
        }
        guard address.isLoopback || settings.listen.isWebSecure else {
            throw PageService.reachable(
                web,
                "web_https = true in [listen] serves it over HTTPS; or set web to a loopback address."
            )
        }
        guard address.isLoopback || !settings.listen.webOpen else {
            throw PageService.reachable(web, "Without web_open everybody has to log in.")
        }
        let socket = try OperatorError.system(
            .network,
            "serve the page on \(web)",
            remedy:
                "Set another [listen] web; it is tried again meanwhile, agents are not kept waiting."
        ) { () throws(SystemError) in
            try ListeningSocket(address: address, backlog: 128, reusePort: false)
        }
        let server = HTTPServer(socket, site)
        try server.start(try certificate())
        state.withLock { state in
            state.server = server
            state.failure = nil
        }
        let hint = settings.listen.webOpen ? "open to this machine" : "tailship-receiver login"
        Log.notice("the page is at \(self.address) (\(hint))")
    }

    private static func reachable(_ web: HostPort, _ remedy: String) -> OperatorError {
        OperatorError(
            .configuration,
            "the page at \(web) could be read by other machines",
            remedy: remedy
        )
    }

    private func certificate() throws(OperatorError) -> HTTPServer.Certificate? {
        guard settings.listen.isWebSecure else { return nil }
        guard let own = settings.listen.webCertificates else {
            let pem = hub.authority.certificatePEM
            return HTTPServer.Certificate(chain: pem.chain, key: pem.key)
        }
        return HTTPServer.Certificate(
            chain: try StorageFolder.pem(own.certificate, section: "listen"),
            key: try StorageFolder.pem(own.key, section: "listen")
        )
    }

    /// Ends all requests and streams; before the clerk, whom they may wait for.
    func stop() {
        let server = state.withLock { state in
            defer { state.server = nil }
            return state.server
        }
        server?.quiesce()
        site.stop()
        server?.stop()
    }
}
