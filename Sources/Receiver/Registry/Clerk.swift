import Core
import Platform
import Synchronization

/// The thread that owns the registry: what may wait for the disk is done here, not on a loop.
package final class Clerk: Sendable {
    private struct State {
        var orders: [@Sendable (Registry) -> Void] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal = Signal()
    private let thread = Mutex<Thread?>(nil)

    package init() {}

    /// Opens the registry on the clerk's own thread; returns when that has succeeded or failed.
    package func start(path: BytePath) throws(OperatorError) -> [EnrolledAgent] {
        let box = Opening()
        thread.withLock {
            $0 = Thread.spawn(name: "clerk") { [self] in
                do throws(OperatorError) {
                    let registry = try Registry(path: path)
                    box.finish(.success(try registry.agents()))
                    serve(registry)
                } catch {
                    box.finish(.failure(error))
                }
            }
        }
        return try box.wait().get()
    }

    /// Does `body` with the registry, after everything that was ordered before.
    package func order(_ body: @escaping @Sendable (Registry) -> Void) {
        state.withLock { $0.orders.append(body) }
        signal.notify()
    }

    /// Does `body` in its turn and waits for what it gives; not from the clerk's own thread.
    ///
    /// - Throws: what the body throws, and `.busy` when the clerk has ended.
    func ask<Value: Sendable>(
        _ body: @escaping @Sendable (Registry) throws(OperatorError) -> Value
    ) throws(OperatorError) -> Value {
        let answer = ClerkAnswer<Value>()
        let isTaken = state.withLock { state in
            guard !state.isClosed else { return false }
            state.orders.append { registry in
                do throws(OperatorError) {
                    answer.finish(.success(try body(registry)))
                } catch {
                    answer.finish(.failure(error))
                }
            }
            return true
        }
        guard isTaken else { throw OperatorError(.busy, "the receiver is shutting down") }
        signal.notify()
        return try answer.wait().get()
    }

    /// Finishes what was ordered and ends the thread.
    package func stop() {
        state.withLock { $0.isClosed = true }
        signal.notify()
        thread.withLock { $0.take() }?.join()
    }

    private func serve(_ registry: Registry) {
        while true {
            let (orders, isClosed) = state.withLock { state in
                defer { state.orders = [] }
                return (state.orders, state.isClosed)
            }
            for order in orders { order(registry) }
            if orders.isEmpty {
                if isClosed { return }
                signal.wait()
            }
        }
    }
}

/// The outcome of opening the registry, carried from the clerk's thread to its starter.
private final class Opening: Sendable {
    private let result = Mutex<Result<[EnrolledAgent], OperatorError>?>(nil)
    private let done = Signal()

    func finish(_ outcome: Result<[EnrolledAgent], OperatorError>) {
        result.withLock { $0 = outcome }
        done.notify()
    }

    func wait() -> Result<[EnrolledAgent], OperatorError> {
        while true {
            if let outcome = result.withLock({ $0 }) { return outcome }
            done.wait()
        }
    }
}
