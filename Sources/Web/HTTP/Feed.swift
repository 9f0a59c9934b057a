import CMicrohttpd
import Synchronization

/// The body of an answer that goes on: what is written to it is sent, and while there is nothing its connection
/// sleeps.
package final class Feed: Sendable {
    private struct State {
        /// Unsafe because a pointer says nothing of threads: it is used to suspend on the server's thread and to
        /// resume from any, which libmicrohttpd allows until `end`.
        nonisolated(unsafe) var connection: OpaquePointer?
        var bytes: [UInt8] = []
        var sent = 0
        var isSuspended = false
        var isClosed = false
        var isEnded = false
    }

    private let state = Mutex(State())
    private let drained: @Sendable () -> Void
    private let ended: @Sendable () -> Void

    /// - Parameters:
    ///   - drained: everything was taken; on the server's thread.
    ///   - ended: the client is gone, or the feed was closed and sent; on the server's thread, once.
    package init(
        drained: @escaping @Sendable () -> Void = {},
        ended: @escaping @Sendable () -> Void = {}
    ) {
        self.drained = drained
        self.ended = ended
    }

    /// Bytes that wait to be sent.
    package var pending: Int { state.withLock { $0.bytes.count - $0.sent } }

    /// Whether nothing is sent any more.
    package var isEnded: Bool { state.withLock { $0.isEnded } }

    /// Sends the bytes; the one who writes bounds how much waits.
    package func write(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        state.withLock { state in
            guard !state.isEnded, !state.isClosed else { return }
            if state.sent > 0 {
                state.bytes.removeFirst(state.sent)
                state.sent = 0
            }
            state.bytes += bytes
            Feed.wake(&state)
        }
    }

    /// Ends the answer behind what was written.
    package func close() {
        state.withLock { state in
            state.isClosed = true
            Feed.wake(&state)
        }
    }

    private static func wake(_ state: inout State) {
        guard state.isSuspended, let connection = state.connection else { return }
        state.isSuspended = false
        MHD_resume_connection(connection)
    }

    // MARK: On the server's thread

    /// The connection that it is sent on, before the first `read`.
    func attach(_ connection: OpaquePointer) {
        state.withLock { $0.connection = connection }
    }

    /// Takes what waits; 0 after the connection was suspended, less than 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let (count, isDrained) = state.withLock { state -> (Int, Bool) in
            let waiting = state.bytes.count - state.sent
            guard waiting > 0 else {
                if state.isClosed { return (-1, false) }
                guard let connection = state.connection else { return (-2, false) }
                state.isSuspended = true
                MHD_suspend_connection(connection)
                return (0, false)
            }
            let count = min(waiting, buffer.count)
            state.bytes.withUnsafeBytes {
                buffer.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: $0[state.sent..<state.sent + count])
                )
            }
            state.sent += count
            if state.sent == state.bytes.count {
                state.bytes.removeAll(keepingCapacity: state.bytes.count < 64 << 10)
                state.sent = 0
            }
            return (count, state.bytes.isEmpty)
        }
        if isDrained { drained() }
        return count
    }

    /// Nothing will be read any more.
    func end() {
        let isFirst = state.withLock { state in
            defer {
                state.isEnded = true
                state.connection = nil
                state.bytes = []
                state.sent = 0
                state.isSuspended = false
            }
            return !state.isEnded
        }
        if isFirst { ended() }
    }
}
