import Platform

/// An acceptor as other threads reach it.
struct AcceptorHandle: Sendable {
    private let remote: LoopRemote
    private let acceptor: LoopBound<Acceptor>

    /// Call on the loop's thread.
    init(_ acceptor: Acceptor, on loop: EventLoop) {
        remote = loop.remote
        self.acceptor = LoopBound(acceptor, on: loop)
    }

    /// Runs `body` with the acceptor on its loop's thread, soon.
    func post(_ body: @escaping @Sendable (Acceptor) -> Void) {
        remote.post { [acceptor] in body(acceptor.object) }
    }
}
