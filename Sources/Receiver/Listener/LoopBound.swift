import Platform

/// A value of one loop that other threads may carry around but not touch.
///
/// Unchecked because the value is reached in one way only: `post` hands it to a body that the loop itself
/// runs, on its own thread. Nothing else reads the stored property.
final class LoopBound<Value>: @unchecked Sendable {
    private let value: Value
    private let remote: LoopRemote

    /// Call on the loop's thread.
    init(_ value: Value, _ remote: LoopRemote) {
        self.value = value
        self.remote = remote
    }

    /// Runs `body` with the value on the loop's thread, soon.
    func post(_ body: @escaping @Sendable (Value) -> Void) {
        remote.post { [self] in body(value) }
    }
}
