import Synchronization

/// Carries a value that is not Sendable to the one thread that will own it.
///
/// Unchecked because the value is put in once, before the thread exists, and taken out once, under the lock;
/// who puts it in keeps no reference to it.
final class Handover<Value>: @unchecked Sendable {
    private let lock = Mutex(())
    private var value: Value?

    init(_ value: Value) { self.value = value }

    func take() -> Value? {
        lock.withLock { _ in
            defer { value = nil }
            return value
        }
    }
}
