import Core
import Delivery
import Platform
import Synchronization

/// Reads the page behind the one at hand, on a thread of its own, while that one is delivered.
///
/// It only saves time: a page is used where the machine asks for just it, and forgotten otherwise, so that the cursor
/// moves as without it. What changes in the catalog after a page was read has a greater `rev`, and comes later.
final class PageAhead: Sendable {
    /// What both threads know.
    private struct State {
        var wanted: (cursor: Cursor, rows: Int)?
        var found: Result<ConsumerFeed.Found, OperatorError>?
        var isClosed = false
    }

    /// What the reading thread holds: it must not keep the object that ends it.
    private final class Desk: Sendable {
        let state = Mutex(State())
        let asked = Signal()
        let answered = Signal()

        func serve(_ feed: ConsumerFeed) {
            while true {
                asked.wait()
                let wanted = state.withLock { $0.isClosed ? nil : $0.wanted }
                guard let wanted else { return }
                let found = Desk.read(feed, wanted.cursor, wanted.rows)
                state.withLock { $0.found = found }
                answered.notify()
            }
        }

        private static func read(
            _ feed: ConsumerFeed,
            _ cursor: Cursor,
            _ rows: Int
        ) -> Result<ConsumerFeed.Found, OperatorError> {
            do throws(OperatorError) {
                return .success(
                    try feed.next(after: cursor, rows: rows, waiting: [], now: Clock.wall())
                )
            } catch {
                return .failure(error)
            }
        }
    }

    private let desk = Desk()
    private let thread: Thread

    /// `makeFeed` is called on the thread that reads, to which the feed belongs.
    init(name: String, _ makeFeed: @escaping @Sendable () -> ConsumerFeed) {
        thread = Thread.spawn(name: "for-" + name, niceness: 10) { [desk] in
            desk.serve(makeFeed())
        }
    }

    deinit {
        desk.state.withLock { $0.isClosed = true }
        desk.asked.notify()
        thread.join()
    }

    /// Begins to read the page behind `cursor`, unless one is being read already.
    func begin(after cursor: Cursor, rows: Int) {
        let isFree = desk.state.withLock { state in
            guard state.wanted == nil else { return false }
            state.wanted = (cursor, rows)
            return true
        }
        if isFree { desk.asked.notify() }
    }

    /// The page behind `cursor`, waited for; nil when it is not the one that was begun, which is forgotten then.
    func page(after cursor: Cursor) throws(OperatorError) -> ConsumerFeed.Found? {
        guard let wanted = desk.state.withLock({ $0.wanted }) else { return nil }
        desk.answered.wait()
        let found = desk.state.withLock { state in
            defer { (state.wanted, state.found) = (nil, nil) }
            return state.found
        }
        guard wanted.cursor == cursor else { return nil }
        return try found?.get()
    }
}
