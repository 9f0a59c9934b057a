import Core
import Platform
import Shipping
import TLS
import Transport
import Wire

/// The connections of one loop: takes them in, bounds what each may cost before it is known, and ends them.
///
/// Not Sendable: it belongs to its loop's thread.
final class Acceptor {
    /// Bounds on connections.
    struct Limits: Sendable {
        /// Shared by all loops.
        var quota: ConnectionQuota
        /// From accept to welcome.
        var greeting: Duration
        /// Without a byte from a welcomed agent.
        var idle: Duration
    }

    private let context: LoopContext
    private let limits: Limits
    private var guests: [UInt64: Guest] = [:]
    private var nextNumber: UInt64 = 1
    private var listening: ListeningSocket?
    private var source: EventSource?
    private var isSweeping = false
    private var isUnholding = false
    private var isFinishing = false

    init(context: LoopContext, limits: Limits) {
        self.context = context
        self.limits = limits
    }

    func listen(_ socket: ListeningSocket) throws(SystemError) {
        listening = socket
        source = try context.loop.add(socket.rawDescriptor, interest: .readable) { [weak self] _ in
            self?.acceptAll()
        }
    }

    /// Takes nobody in any more.
    func stopListening() {
        source?.cancel()
        source = nil
        listening = nil
    }

    // MARK: From other threads, through `LoopBound`

    func guest(_ key: ConnectionKey) -> Guest? {
        key.loop == context.index ? guests[key.number] : nil
    }

    func connection(_ key: ConnectionKey) -> AgentConnection? { guest(key)?.connection }

    func acknowledge(_ acks: [ConnectionKey: UInt32]) {
        for (key, request) in acks { connection(key)?.acknowledge(request) }
        unhold()
    }

    func replace(_ agent: AgentID, except key: ConnectionKey) {
        for guest in guests.values where guest.connection?.agent == agent {
            guard guest.connection?.key != key else { continue }
            guest.connection?.dismiss(
                Refusal(.replaced, "a newer connection of this agent took over")
            )
        }
    }

    func revoke(_ agent: AgentID) {
        for guest in guests.values where guest.connection?.agent == agent {
            guest.connection?.dismiss(
                Refusal(
                    .revoked,
                    "this agent was revoked",
                    remedy: "Ask the receiver's owner for a new token: tailship-agent join."
                )
            )
        }
    }

    func windowChanged(_ window: Window) {
        for guest in guests.values { guest.connection?.windowChanged(window) }
    }

    func dismissAll(_ refusal: Refusal) {
        for guest in guests.values {
            if let connection = guest.connection {
                connection.dismiss(refusal)
            } else {
                guest.link.abort()
            }
        }
    }

    /// Takes nobody in any more, lets everybody go, and stops the loop.
    ///
    /// Who has not taken its good-bye within `time` is cut off.
    func finish(_ refusal: Refusal, within time: Duration) {
        isFinishing = true
        stopListening()
        dismissAll(refusal)
        guard !guests.isEmpty else { return context.loop.stop() }
        context.loop.schedule(after: time) { [weak self] in
            guard let self else { return }
            for guest in Array(guests.values) { guest.link.abort() }
            context.loop.stop()
        }
    }

    var agentsConnected: [AgentID] {
        guests.values.compactMap { $0.connection }.filter(\.isShipping).map(\.agent)
    }

    /// Lets connections go on that waited for the journal.
    private func unhold() {
        guard !isUnholding else { return }
        guard context.hub.queue.waitingBytes <= JournalQueue.highWater / 2 else {
            return context.hub.waits(context.index)
        }
        isUnholding = true
        for guest in guests.values { guest.connection?.unhold() }
        isUnholding = false
    }

    // MARK: Accepting

    private func acceptAll() {
        for _ in 0..<64 {
            do throws(SystemError) {
                guard let socket = try listening?.accept() else { return }
                admit(socket)
            } catch {
                return rest(error)
            }
        }
    }

    /// No descriptor is left: others must end before more can come.
    private func rest(_ error: SystemError) {
        Log.error("cannot accept connections: \(error)")
        source?.update([])
        context.loop.schedule(after: .seconds(1)) { [weak self] in self?.source?.update(.readable) }
    }

    private func admit(_ socket: StreamSocket) {
        guard limits.quota.take() else {
            return Log.warning("too many connections; \(socket.peerDescription) was turned away")
        }
        socket.noDelay()
        socket.keepAlive(idle: .seconds(60), interval: .seconds(20), probes: 3)
        let number = nextNumber
        nextNumber += 1
        do throws(TLSError) {
            let session = try context.hub.authority.session()
            let link = SecureLink(socket: socket, session: session, buffers: context.buffers)
            let guest = Guest(
                key: ConnectionKey(loop: context.index, number: number),
                link: link,
                context: context
            ) { [weak self] in self?.remove(number) }
            guests[number] = guest
            start(guest)
        } catch {
            limits.quota.give()
            Log.error("cannot begin a TLS session: \(error)")
        }
        sweepLater()
    }

    private func start(_ guest: Guest) {
        do throws(SystemError) {
            try guest.link.start(on: context.loop, delegate: guest)
        } catch {
            remove(guest.key.number)
            Log.error("cannot serve a connection: \(error)")
        }
    }

    private func remove(_ number: UInt64) {
        guard guests.removeValue(forKey: number) != nil else { return }
        limits.quota.give()
        if isFinishing, guests.isEmpty { context.loop.stop() }
    }

    // MARK: Deadlines

    private func sweepLater() {
        guard !isSweeping, !guests.isEmpty else { return }
        isSweeping = true
        context.loop.schedule(after: .seconds(1)) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        isSweeping = false
        let now = context.loop.now
        for guest in guests.values {
            if let connection = guest.connection, connection.isShipping {
                connection.noteProgress()
                if now - connection.lastHeard > limits.idle, !connection.isWaiting {
                    guest.link.abort()
                }
                // Until it is welcomed nobody gets more time by sending slowly.
            } else if now - guest.arrived > limits.greeting {
                Log.info("\(guest.link.peerDescription): said nothing in time")
                guest.link.abort()
            }
        }
        unhold()
        sweepLater()
    }
}
