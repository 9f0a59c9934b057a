import Core
import Platform
import Synchronization

/// What the clerk was asked, on its way back to who waits for it.
final class ClerkAnswer<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, OperatorError>?>(nil)
    private let done = Signal()

    func finish(_ outcome: Result<Value, OperatorError>) {
        result.withLock { $0 = outcome }
        done.notify()
    }

    func wait() -> Result<Value, OperatorError> {
        while true {
            if let outcome = result.withLock({ $0 }) { return outcome }
            done.wait()
        }
    }
}
