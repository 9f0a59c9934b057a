import Catalog
import Core
import Platform
import Synchronization

/// The page and its API: takes requests, finds out who asks, and has them answered.
package final class Site: HTTPHandler {
    let options: SiteOptions
    let access: AccessGuard
    let seams: Seams
    let router: Router
    let live: LiveHub
    let alerts: AlertWatch
    let limiter = AttemptLimiter()
    let meter = RequestMeter()
    let orders = TranscriptOrders()
    let started = Clock.monotonic()
    private let pool: ReaderPool
    private let maker: AnswerMaker
    private let files: StaticFiles
    private let cache = ResponseCache()

    /// The page over the receiver's side; without a `book` of who may come in, it is open to everybody who reaches it.
    package init(
        _ options: SiteOptions,
        book: AccessBook?,
        seams: Seams
    ) throws(OperatorError) {
        self.options = options
        self.seams = seams
        access = AccessGuard(
            hosts: HostNames(options.hosts),
            book: book,
            isSecure: options.isSecure
        )
        router = Router(Router.routes)
        files = StaticFiles(options.pages)
        let catalog = options.storage.appending("catalog.db")
        let shared = CatalogSession.Shared()
        pool = try ReaderPool(
            count: options.readers,
            limit: options.waiting,
            path: catalog,
            shared: shared
        )
        maker = AnswerMaker(seams.answers)
        live = LiveHub(seams)
        alerts = AlertWatch(every: options.alertInterval)
        try live.start(catalog, shared)
        alerts.start(self, catalog)
        maker.start(SessionBox(try CatalogSession(catalog, shared: shared)))
        book?.onEnd { [live] in live.end($0) }
    }

    /// Rows were committed: who watches is told; from any thread, at no cost.
    package func committed() {
        live.wake()
        maker.wake()
    }

    /// Ends the streams and the readers; before the server is stopped, after it takes no connections.
    package func stop() {
        alerts.stop()
        maker.stop()
        live.stop()
        pool.stop()
    }

    // MARK: Requests

    /// Answers a request, on whatever thread it comes.
    package func handle(_ request: HTTPRequest, _ exchange: Exchange) {
        let began = Clock.monotonic()
        do throws(APIError) {
            try dispatch(request, exchange, began)
        } catch {
            finish(error.response, exchange, "", began)
        }
    }

    private func dispatch(
        _ request: HTTPRequest,
        _ exchange: Exchange,
        _ began: Instant
    ) throws(APIError) {
        guard access.hosts.allow(request.headers["host"]) else {
            throw APIError(
                421,
                "host",
                "this host name does not lead to this receiver",
                remedy: "Add it to [listen] names, or use the address."
            )
        }
        guard let target = RequestTarget(request.target) else {
            throw .usage("the address is not a valid one")
        }
        let isAPI = target.path.first == "api" || ["health", "metrics"].contains(target.path.first)
        guard isAPI else { return try file(target, request, exchange, began) }
        let (route, path) = try router.route(request.method, target.path)
        let now = Clock.wall()
        let identity = try admit(request, route, now)
        let parameters = Parameters(target.parameters, now: now)
        try parameters.check(route.parameters)
        let order = Order(
            request: request,
            route: route,
            path: path,
            parameters: parameters,
            identity: identity,
            now: now
        )
        if route.source == .memory {
            return finish(try answer(order, nil, CatalogHead()), exchange, route.pattern, began)
        }
        let isTaken = pool.submit { [self] session in
            finish(answer(order, session), exchange, route.pattern, began)
        }
        guard isTaken else { throw .busy }
    }

    /// Who asks, where the route may be asked by them.
    private func admit(
        _ request: HTTPRequest,
        _ route: Route,
        _ now: WallTime
    ) throws(APIError) -> Identity? {
        if route.method != "GET" { try access.checkOrigin(request) }
        let identity = try access.identity(request, now: now)
        guard let needed = route.role else { return identity }
        guard let identity else { throw .login }
        guard identity.role >= needed else {
            throw .forbidden("the role \(identity.role.rawValue) may not do this")
        }
        return identity
    }

    private func file(
        _ target: RequestTarget,
        _ request: HTTPRequest,
        _ exchange: Exchange,
        _ began: Instant
    ) throws(APIError) {
        guard request.method == "GET" || request.method == "HEAD" else {
            throw APIError(405, "method", "files can only be read")
        }
        let isTaken = pool.submit { [self] _ in
            finish(files.response(target, request), exchange, "files", began)
        }
        guard isTaken else { throw .busy }
    }

    // MARK: Answers

    /// What is asked, on its way to a reader's thread.
    private struct Order: Sendable {
        var request: HTTPRequest
        var route: Route
        var path: [String: String]
        var parameters: Parameters
        var identity: Identity?
        var now: WallTime
    }

    private func answer(_ order: Order, _ session: CatalogSession) -> HTTPResponse {
        do throws(APIError) {
            return try session.read { (catalog) throws(APIError) in
                let head: CatalogHead
                do throws(OperatorError) { head = try CatalogHead(catalog) } catch {
                    throw APIError(error)
                }
                return try answer(order, catalog, head)
            }
        } catch {
            return error.response
        }
    }

    /// How long one answer may read sessions that nothing is known of yet; what is left is told as such.
    private static let learning = Duration.milliseconds(500)

    private func answer(
        _ order: Order,
        _ catalog: CatalogReader?,
        _ head: CatalogHead
    ) throws(APIError) -> HTTPResponse {
        let tag = order.route.source == .catalog ? entityTag(order, head) : nil
        if let tag, order.request.headers["if-none-match"] == tag {
            return HTTPResponse(304, [("ETag", tag), ("Cache-Control", "private, no-cache")])
        }
        let isPacked = Gzip.isAccepted(order.request.headers["accept-encoding"])
        let key = (isPacked ? "z" : "p") + order.request.target
        if let tag, let known = cache.response(key, tag) { return known }
        let context = RequestContext(
            request: order.request,
            path: order.path,
            parameters: order.parameters,
            identity: order.identity ?? Identity(role: .viewerAggregate, name: ""),
            isKnown: order.identity != nil,
            now: order.now,
            site: self,
            reader: catalog,
            head: head
        )
        catalog?.learning = Learning(until: Clock.monotonic() + Site.learning)
        var response = try order.route.answer(context)
        let pending = catalog?.learning?.pending.count ?? 0
        if pending > 0 { response.set("Tailship-Pending-Sessions", String(pending)) }
        // Asked again, it is another one.
        let final = pending > 0 ? nil : tag
        if let final {
            response.set("ETag", final)
            response.set("Cache-Control", "private, no-cache")
        } else if response.header("Cache-Control") == nil {
            response.set("Cache-Control", "no-store")
        }
        if isPacked { response.compress() }
        if let final { cache.keep(key, final, response) }
        return response
    }

    /// Which state of the catalog an answer is of, for whom, and in which minute.
    private func entityTag(_ order: Order, _ head: CatalogHead) -> String {
        let role = order.identity.map { "\($0.role.rawValue) \($0.owner ?? "")" } ?? ""
        let scope = Checksum.xxh3(Array(role.utf8))
        let minute = order.now.seconds / 60
        return "W/\"\(head.epoch)-\(head.rev)-\(Hex.encode(scope))-\(minute)\""
    }

    private func finish(
        _ response: HTTPResponse,
        _ exchange: Exchange,
        _ pattern: String,
        _ began: Instant
    ) {
        var response = response
        for (name, value) in SecurityHeaders.all where response.header(name) == nil {
            response.headers.append((name, value))
        }
        if access.isSecure { response.set("Strict-Transport-Security", "max-age=31536000") }
        meter.count(pattern, response.status, Clock.monotonic() - began)
        exchange.respond(response)
    }
}
