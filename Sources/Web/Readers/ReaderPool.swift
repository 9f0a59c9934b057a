import Catalog
import Core
import Platform
import Synchronization

/// Threads that read the catalog for requests, each with its own connection.
///
/// What waits is bounded: who comes when the queue is full is told to come again, and nobody else notices.
final class ReaderPool: Sendable {
    typealias Job = @Sendable (CatalogSession) -> Void

    private struct State {
        var jobs: [Job] = []
        var isClosed = false
        var threads: [Thread] = []
    }

    private let state = Mutex(State())
    private let signals: [Signal]
    private let limit: Int
    private let busy = Mutex<[Bool]>([])

    /// A pool of `count` threads over the catalog at `path`, for which at most `limit` jobs may wait; `shared` is what
    /// they remember together.
    init(
        count: Int,
        limit: Int,
        path: BytePath,
        shared: CatalogSession.Shared
    ) throws(OperatorError) {
        self.limit = limit
        signals = (0..<count).map { _ in Signal() }
        busy.withLock { $0 = Array(repeating: false, count: count) }
        for index in 0..<count {
            let box = SessionBox(try CatalogSession(path, shared: shared))
            let thread = Thread.spawn(name: "web-\(index)", stackSize: 2 << 20, niceness: 5) {
                [self] in
                if let session = box.take() { serve(index, session) }
            }
            state.withLock { $0.threads.append(thread) }
        }
    }

    /// Has the job done by some thread; false when too much waits or it is over.
    func submit(_ job: @escaping Job) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.jobs.count < limit else { return false }
            state.jobs.append(job)
            return true
        }
        if isTaken { signals[idle].notify() }
        return isTaken
    }

    /// Requests that wait.
    var waiting: Int { state.withLock { $0.jobs.count } }

    /// Ends the threads behind what was taken.
    func stop() {
        let threads = state.withLock { state in
            state.isClosed = true
            defer { state.threads = [] }
            return state.threads
        }
        for signal in signals { signal.notify() }
        for thread in threads { thread.join() }
    }

    /// A thread that sleeps; any when none does, as each looks for more before it sleeps.
    private var idle: Int { busy.withLock { $0.firstIndex(of: false) ?? 0 } }

    private func serve(_ index: Int, _ session: CatalogSession) {
        while true {
            busy.withLock { $0[index] = true }
            while let job = next() { job(session) }
            busy.withLock { $0[index] = false }
            // What came between the last look and now.
            let (isEmpty, isClosed) = state.withLock { ($0.jobs.isEmpty, $0.isClosed) }
            if isClosed, isEmpty { return }
            if isEmpty { signals[index].wait() }
        }
    }

    private func next() -> Job? {
        state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
    }
}
