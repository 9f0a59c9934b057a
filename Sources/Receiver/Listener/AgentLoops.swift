import Core
import Platform
import Settings
import Shipping
import Synchronization
import Wire

/// The threads that serve agents: one event loop each, all listening on one address.
final class AgentLoops {
    private struct Progress {
        var ready = 0
        var failure: OperatorError?
    }

    /// How long agents have to take their good-bye.
    private static let partingTime: Duration = .seconds(1)

    private let hub: Hub
    private let settings: ReceiverSettings.Listen
    private var threads: [Thread] = []
    private let progress = Starting()

    /// What the threads tell the one that starts them.
    private final class Starting: Sendable {
        let state = Mutex(Progress())
        let signal = Signal()

        func serves() {
            state.withLock { $0.ready += 1 }
            signal.notify()
        }

        func failed(_ error: OperatorError) {
            state.withLock { $0.failure = error }
            signal.notify()
        }
    }

    init(_ hub: Hub, _ settings: ReceiverSettings.Listen) {
        self.hub = hub
        self.settings = settings
    }

    /// Listens, and returns when every loop serves.
    ///
    /// - Throws: when the address cannot be had, or a loop cannot be made; then nothing is left running.
    func start() throws(OperatorError) {
        let limits = Acceptor.Limits(
            quota: ConnectionQuota(settings.maximumConnections),
            greeting: settings.handshakeTimeout,
            idle: settings.idleTimeout
        )
        for (index, socket) in try sockets().enumerated() {
            threads.append(serve(socket, index, limits))
        }
        while true {
            let (ready, failure) = progress.state.withLock { ($0.ready, $0.failure) }
            if ready == threads.count { return }
            if let failure {
                stop(Refusal(.goingAway, "the receiver could not start"))
                throw failure
            }
            progress.signal.wait()
        }
    }

    /// Lets every agent go, and returns when all threads have ended.
    func stop(_ refusal: Refusal) {
        hub.onEachLoop { $0.finish(refusal, within: AgentLoops.partingTime) }
        for thread in threads { thread.join() }
        threads = []
    }

    // MARK: Inside

    private var loopCount: Int {
        settings.threads > 0 ? settings.threads : min(4, max(1, Host.coreCount / 2))
    }

    /// One socket a loop; the system shares the connections out among them.
    private func sockets() throws(OperatorError) -> [ListeningSocket] {
        let text = settings.agents.description
        let resolved = try SocketAddress.resolve(text, defaultPort: HostPort.defaultPort)
        guard let address = resolved.first else {
            throw OperatorError(.network, "\(text) is no address to listen on")
        }
        let count = loopCount
        return try OperatorError.system(
            .network,
            "listen on \(text)",
            remedy: "Stop what listens there (ss -ltnp), or set another [listen] agents."
        ) { () throws(SystemError) in
            // Sockets that share their port share it with another receiver of this user as well, which
            // would take a part of the agents unseen. One that does not share is refused wherever
            // somebody listens; it is closed again at once.
            if count > 1 { _ = try ListeningSocket(address: address, backlog: 1, reusePort: false) }
            var sockets: [ListeningSocket] = []
            for _ in 0..<count {
                sockets.append(
                    try ListeningSocket(address: address, backlog: 512, reusePort: count > 1)
                )
            }
            return sockets
        }
    }

    private func serve(
        _ socket: ListeningSocket,
        _ index: Int,
        _ limits: Acceptor.Limits
    ) -> Thread {
        Thread.spawn(name: "agents-\(index)") { [hub, progress] in
            do throws(OperatorError) {
                let loop = try OperatorError.system(.fileSystem, "make an event loop") {
                    () throws(SystemError) in try EventLoop()
                }
                let context = try LoopContext(index: index, loop: loop, hub: hub)
                let acceptor = Acceptor(context: context, limits: limits)
                try OperatorError.system(.network, "listen") { () throws(SystemError) in
                    try acceptor.listen(socket)
                }
                hub.join(AcceptorHandle(acceptor, on: loop), index)
                progress.serves()
                loop.run()
                // What belongs to this thread is let go of here.
                hub.leave(index)
                loop.close()
            } catch {
                progress.failed(error)
            }
        }
    }
}
