import Catalog
import Core
import Platform
import Synchronization

/// The thread that tells who watches what arrives.
///
/// It sleeps until rows are committed, an agent comes or goes, or a client comes; then it reads what is new once
/// for all who want the same. Nothing is read while nothing changes.
package final class LiveHub: Sendable {
    private struct State {
        var arrivals: [(LiveClient.Wish, Feed)] = []
        var endedAccess: Set<String> = []
        var count = 0
        var isClosed = false
        var thread: Thread?
        var failure: String?
    }

    /// Clients at one time.
    static let most = 256
    /// The least time between two looks: what comes meanwhile is told together.
    static let interval = Duration.milliseconds(25)
    static let heartbeat = Duration.seconds(15)

    let seams: Seams
    private let state = Mutex(State())
    private let signal = Signal()
    private let rest = Signal()
    /// What arrived lately.
    let board = LiveBoard()

    init(_ seams: Seams) { self.seams = seams }

    /// Starts the thread on a catalog; `shared` is what it remembers with others.
    func start(_ path: BytePath, _ shared: CatalogSession.Shared) throws(OperatorError) {
        let box = try LiveWorkerBox(path, shared, self)
        let thread = Thread.spawn(name: "web-live", stackSize: 2 << 20, niceness: 5) {
            [self] in
            if let worker = box.take() { serve(worker) }
        }
        state.withLock { $0.thread = thread }
    }

    // MARK: From other threads

    /// Something changed.
    func wake() { signal.notify() }

    /// Somebody wants to watch; nil when too many do.
    func watch(_ wish: LiveClient.Wish) -> Feed? {
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.count < LiveHub.most else { return false }
            state.count += 1
            return true
        }
        guard isTaken else { return nil }
        let feed = Feed(
            drained: { [weak self] in self?.wake() },
            ended: { [weak self] in
                self?.state.withLock { $0.count -= 1 }
                self?.wake()
            }
        )
        feed.write(ServerSentEvent.retry)
        state.withLock { $0.arrivals.append((wish, feed)) }
        wake()
        return feed
    }

    /// These logins are over.
    func end(_ access: Set<String>) {
        state.withLock { $0.endedAccess.formUnion(access) }
        wake()
    }

    /// Clients now.
    var clientCount: Int { state.withLock { $0.count } }

    /// Why nothing can be read, while it cannot.
    var failure: String? { state.withLock { $0.failure } }

    func stop() {
        let thread = state.withLock { state in
            state.isClosed = true
            return state.thread.take()
        }
        wake()
        thread?.join()
    }

    // MARK: The thread

    private func serve(_ worker: LiveWorker) {
        while true {
            let (arrivals, ended, isClosed) = state.withLock { state in
                defer {
                    state.arrivals = []
                    state.endedAccess = []
                }
                return (state.arrivals, state.endedAccess, state.isClosed)
            }
            if isClosed {
                for (_, feed) in arrivals { feed.close() }
                return worker.closeAll()
            }
            let began = Clock.monotonic()
            do throws(OperatorError) {
                try worker.look(arrivals, ended)
                state.withLock { $0.failure = nil }
            } catch {
                let isNew = state.withLock { state in
                    defer { state.failure = error.message }
                    return state.failure != error.message
                }
                if isNew { Log.error(error) }
            }
            // What comes within the interval is told together; nobody wakes from this.
            _ = rest.wait(timeout: LiveHub.interval - (Clock.monotonic() - began))
            if !worker.hasMore { _ = signal.wait(timeout: worker.pause(Clock.monotonic())) }
        }
    }
}
