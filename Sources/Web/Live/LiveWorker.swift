import Catalog
import Core
import Platform
import SQL

/// What the hub's thread does: reads what is new, and sends it to who wants it.
final class LiveWorker {
    /// Records that are read at a time.
    private static let page = 500
    /// Records behind which a client is told that it missed some.
    private static let longest: Int64 = 5000
    /// The longest that a stream lasts.
    private static let lifetime = Duration.days(1)

    private let session: CatalogSession
    private unowned let hub: LiveHub
    private var clients: [LiveClient] = []
    private var head = CatalogHead()
    private var feeder = LiveFeeder()
    private var numbers = LiveNumbersClock()
    private var online: Set<AgentID> = []
    private var toldRev: Int64 = 0
    private var toldAt = Instant.zero
    /// Whether there is more to send at once.
    private(set) var hasMore = false

    init(
        _ path: BytePath,
        _ shared: CatalogSession.Shared,
        _ hub: LiveHub
    ) throws(OperatorError) {
        session = try CatalogSession(path, shared: shared)
        self.hub = hub
    }

    /// One look: takes who came, lets go who left, and sends what is new.
    func look(
        _ arrivals: [(LiveClient.Wish, Feed)],
        _ ended: Set<String>
    ) throws(OperatorError) {
        let now = Clock.monotonic()
        clients += arrivals.map { LiveClient($0.0, $0.1, now: now) }
        letGo(ended, now)
        do throws(APIError) {
            try session.read { (catalog) throws(APIError) in
                do throws(OperatorError) {
                    try send(catalog, now, hasArrivals: !arrivals.isEmpty)
                } catch {
                    throw APIError(error)
                }
            }
        } catch {
            throw OperatorError(.database, error.message, remedy: error.remedy)
        }
        for client in clients where now - client.lastWrite >= LiveHub.heartbeat {
            client.send(ServerSentEvent.heartbeat, now: now)
        }
    }

    func closeAll() {
        for client in clients { client.feed.close() }
        clients = []
    }

    /// How long nothing is to be done unless something changes.
    func pause(_ now: Instant) -> Duration {
        var pause = numbers.due.map { $0 - now } ?? LiveHub.heartbeat
        for client in clients {
            pause = min(pause, LiveHub.heartbeat - (now - client.lastWrite))
        }
        return max(.milliseconds(5), pause)
    }

    // MARK: Parts

    private func letGo(_ ended: Set<String>, _ now: Instant) {
        let wall = Clock.wall()
        clients.removeAll { client in
            let isOver =
                client.wish.access.map { ended.contains($0) } ?? false
                || client.wish.expires.map { $0 <= wall } ?? false
                || now - client.began >= LiveWorker.lifetime
            if isOver { client.feed.close() }
            return isOver || client.feed.isEnded
        }
    }

    private func send(
        _ catalog: CatalogReader,
        _ now: Instant,
        hasArrivals: Bool
    ) throws(OperatorError) {
        let former = head
        head = try CatalogHead(catalog)
        try feeder.feed(hub.board, catalog, head)
        let connected = hub.seams.receiver.connected()
        let hasMoved = connected != online
        if hasMoved || hasArrivals {
            online = connected
            hub.board.setOnline(connected.count, second: Clock.wall().seconds)
            tellMachines(hasMoved, now)
        }
        hasMore = false
        guard !clients.isEmpty else { return numbers.forget() }
        try sendEntries(catalog, now)
        tellChange(now)
        if head.rev != former.rev || hasMoved || hasArrivals { numbers.want(now) }
        if numbers.isDue(now) {
            try sendNumbers(catalog, now)
            numbers.done(now, took: Clock.monotonic() - now)
        }
    }

    /// Sends records to all who want the same from the same place on, read once for them.
    private func sendEntries(_ catalog: CatalogReader, _ now: Instant) throws(OperatorError) {
        var groups: [Group: [LiveClient]] = [:]
        for client in clients {
            guard let query = client.wish.query else { continue }
            if client.position.series != head.series { reset(client, now) }
            // A record that is not there yet is none.
            client.position.seq = min(client.position.seq, head.seq)
            let position = client.position.seq
            guard position < head.seq, !client.isBehind else { continue }
            if head.seq - position > LiveWorker.longest {
                skip(client, from: position, now)
                continue
            }
            groups[Group(query: query, position: position), default: []].append(client)
        }
        for (group, members) in groups {
            let page = try EntryRows.read(
                catalog,
                group.query,
                (group.position + 1)...head.seq,
                limit: LiveWorker.page
            )
            var bytes: [UInt8] = []
            for (seq, json) in page.entries {
                let id = StreamPosition(series: head.series, seq: seq)
                bytes += ServerSentEvent.bytes("entry", id: id, json)
            }
            for client in members {
                if !bytes.isEmpty { client.send(bytes, now: now) }
                client.position.seq = page.last
            }
            if page.last < head.seq { hasMore = true }
        }
    }

    private struct Group: Hashable {
        var query: SearchQuery
        var position: Int64
    }

    /// Tells that records are numbered anew: what is shown is to be asked for again, and this goes on behind it.
    private func reset(_ client: LiveClient, _ now: Instant) {
        client.position = head.position
        let data = "{\"to\":\(head.seq)}"
        client.send(ServerSentEvent.bytes("reset", id: client.position, data.utf8), now: now)
    }

    private func skip(_ client: LiveClient, from position: Int64, _ now: Instant) {
        let to = head.seq - 200
        let data = "{\"count\":\(to - position),\"to\":\(to)}"
        client.position.seq = to
        client.send(ServerSentEvent.bytes("skipped", id: client.position, data.utf8), now: now)
        hasMore = true
    }

    private func tellMachines(_ hasMoved: Bool, _ now: Instant) {
        var json = JSONBuffer()
        json.object { json in
            json.number("online", online.count)
            json.array("agents") { json in
                for agent in online.sorted() { json.string(nil, agent.description) }
            }
        }
        let event = ServerSentEvent.bytes("machines", json.bytes)
        for client in clients where client.wish.hasNumbers && client.wish.owner == nil {
            if hasMoved || client.sentNumbers.isEmpty { client.send(event, now: now) }
        }
    }

    /// Tells that rows changed, at most once a second.
    private func tellChange(_ now: Instant) {
        guard head.rev != toldRev else { return }
        guard now - toldAt >= .seconds(1) else { return numbers.want(now) }
        toldAt = now
        toldRev = head.rev
        let event = ServerSentEvent.bytes("changed", "{\"rev\":\(head.rev)}".utf8)
        for client in clients where client.wish.query != nil && !client.isBehind {
            client.send(event, now: now)
        }
    }

    private func sendNumbers(_ catalog: CatalogReader, _ now: Instant) throws(OperatorError) {
        var known: [NumbersKey: [UInt8]] = [:]
        let wall = Clock.wall()
        let numbers = LiveNumbers(seams: hub.seams, board: hub.board)
        for client in clients where client.wish.hasNumbers && !client.isBehind {
            let key = NumbersKey(owner: client.wish.owner, zone: client.wish.zone)
            if known[key] == nil {
                var json = JSONBuffer()
                try json.object(nil) { (json) throws(OperatorError) in
                    try numbers.write(
                        catalog,
                        head,
                        owner: key.owner,
                        zone: LiveNumbersClock.zone(key.zone),
                        now: wall,
                        &json
                    )
                }
                known[key] = json.bytes
            }
            guard let bytes = known[key] else { continue }
            client.sentNumbers = [1]
            client.send(ServerSentEvent.bytes("numbers", bytes), now: now)
        }
    }

    private struct NumbersKey: Hashable {
        var owner: String?
        var zone: Int64?
    }
}
