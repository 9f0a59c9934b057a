import Backends
import Core
import Platform
import Settings
import Synchronization

/// The thread of one consumer: whatever its backend does, nobody else waits.
final class ConsumerThread: Sendable {
    private struct State {
        var isClosed = false
        var status: ConsumerStatus?
        /// When it was called the first time since it looked last.
        var calledSince: Instant?
        var failure: OperatorError?
    }

    /// How long a consumer that cannot be started is left alone.
    private static let delay = Duration.seconds(30)

    let settings: ConsumerSettings
    private let storage: BytePath
    private let isAhead: @Sendable (_ rev: Int64) -> Void
    private let state = Mutex(State())
    private let signal = Signal()
    private let ended = Signal()
    private let thread = Mutex<Thread?>(nil)

    init(
        _ settings: ConsumerSettings,
        storage: BytePath,
        isAhead: @escaping @Sendable (_ rev: Int64) -> Void = { _ in }
    ) {
        self.isAhead = isAhead
        self.settings = settings
        self.storage = storage
    }

    func start() {
        let thread = Thread.spawn(name: "to-" + settings.name, niceness: 10) { [self] in
            serve()
            ended.notify()
        }
        self.thread.withLock { $0 = thread }
    }

    /// Something may be to do: rows, or an order.
    func wake() {
        let now = Clock.monotonic()
        state.withLock { $0.calledSince = $0.calledSince ?? now }
        signal.notify()
    }

    /// Has it end after what it is doing.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.notify()
    }

    /// Waits for its end after `close`, no longer than until `deadline`.
    ///
    /// A server may keep it waiting; what was delivered and not noted is delivered again, as after a crash.
    func join(until deadline: Instant) {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        guard ended.wait(timeout: max(.zero, deadline - Clock.monotonic())) else {
            let name = settings.name
            return Log.warning("consumer \(name): its server is not waited for any longer")
        }
        thread.join()
    }

    /// What it is doing; nil until it has begun.
    var status: ConsumerStatus? {
        let now = Clock.monotonic()
        return state.withLock { $0.status?.seen(at: now, calledSince: $0.calledSince) }
    }

    /// Why it could not begin.
    var failure: OperatorError? { state.withLock { $0.failure } }

    private var isClosed: Bool { state.withLock { $0.isClosed } }

    private func serve() {
        while !isClosed {
            do throws(OperatorError) {
                let driver = try ConsumerDriver(
                    settings,
                    backend: BackendFactory.make(settings),
                    storage: storage,
                    isAhead: isAhead
                )
                state.withLock { $0.failure = nil }
                serve(driver)
                driver.close()
            } catch {
                Log.error(error)
                state.withLock { $0.failure = error }
                _ = signal.wait(timeout: ConsumerThread.delay)
            }
        }
    }

    private func serve(_ driver: ConsumerDriver) {
        publish(driver)
        while !isClosed {
            state.withLock { $0.calledSince = nil }
            let until = driver.work { driver in
                publish(driver)
                return !isClosed
            }
            publish(driver)
            if isClosed { return }
            if let until {
                _ = signal.wait(timeout: max(.zero, until - Clock.monotonic()))
            } else {
                signal.wait()
            }
        }
    }

    private func publish(_ driver: ConsumerDriver) {
        let status = driver.status()
        state.withLock { $0.status = status }
    }
}
