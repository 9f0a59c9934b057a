import Catalog
import Core
import Platform
import Synchronization

/// The thread that asks the page's questions before anybody does.
///
/// It asks them of sessions that changed and are quiet now, at the lowest priority, and has what it finds written
/// beside them. At a start it remembers what was written.
///
/// Nobody waits for it: what it has not done yet is asked by who needs it.
final class AnswerMaker: Sendable {
    /// Between two looks at what changed.
    private static let pause = Duration.seconds(2)
    /// How long answers may take to be written before the next are made.
    private static let patience = Duration.seconds(30)

    private let store: any AnswerStore
    private let signal = Signal()
    private let written = Signal()
    private let isClosed = Mutex(false)
    private let failure = Mutex<String?>(nil)
    private let thread = Mutex<Thread?>(nil)

    init(_ store: any AnswerStore) { self.store = store }

    /// Starts the thread; the session becomes its own.
    func start(_ box: SessionBox) {
        let thread = Thread.spawn(name: "web-answers", stackSize: 2 << 20, niceness: 19) { [self] in
            if let session = box.take() { serve(session) }
        }
        self.thread.withLock { $0 = thread }
    }

    /// Rows were committed.
    func wake() { signal.notify() }

    func stop() {
        isClosed.withLock { $0 = true }
        signal.notify()
        written.notify()
        thread.withLock { $0.take() }?.join()
    }

    private var isOver: Bool { isClosed.withLock { $0 } }

    private func serve(_ session: CatalogSession) {
        // At its priority an answer may take long on a busy machine.
        session.end { [self] in isOver }
        attempt(session) { (catalog) throws(OperatorError) in
            try catalog.rememberStored()
            try catalog.rememberPlaces()
        }
        while !isOver {
            make(session)
            signal.wait()
            // Much is committed at once, and a session that is written to is not asked.
            _ = isOver ? true : written.wait(timeout: AnswerMaker.pause)
        }
    }

    /// Makes what lacks, until nothing does or nothing is written any more.
    private func make(_ session: CatalogSession) {
        var last: [SessionAnswers] = []
        while !isOver {
            var answers: [SessionAnswers] = []
            attempt(session) { (catalog) throws(OperatorError) in
                answers = try catalog.unstoredAnswers()
            }
            guard !answers.isEmpty, answers != last else { return }
            last = answers
            store.keep(answers) { [written] in written.notify() }
            _ = written.wait(timeout: AnswerMaker.patience)
        }
    }

    private func attempt(
        _ session: CatalogSession,
        _ body: (CatalogReader) throws(OperatorError) -> Void
    ) {
        do throws(APIError) {
            try session.read(limit: .seconds(60)) { (catalog) throws(APIError) in
                do throws(OperatorError) { try body(catalog) } catch { throw APIError(error) }
            }
        } catch {
            // Who asks is told by his own answer.
            guard !isOver else { return }
            let isNew = failure.withLock { last in
                defer { last = error.message }
                return last != error.message
            }
            if isNew { Log.info("the page's answers are not made ahead: \(error.message)") }
        }
    }
}
