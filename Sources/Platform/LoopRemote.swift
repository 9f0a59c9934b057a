import CLinux
import Glibc
import Synchronization

/// The way into an event loop from any thread.
package final class LoopRemote: Sendable {
    private struct State {
        var posted: [@Sendable () -> Void] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let descriptor: FileDescriptor

    /// A remote whose loop may be made later, on its own thread; what is posted until then waits.
    package init() throws(SystemError) {
        let flags = Int32(EFD_CLOEXEC | EFD_NONBLOCK)
        descriptor = FileDescriptor(
            owning: try checked(systemCall { eventfd(0, flags) }, "eventfd")
        )
    }

    /// Runs `body` on the loop's thread soon, in the order of posting; never at once, even from there.
    ///
    /// - Returns: false when the loop was closed, which never runs it.
    @discardableResult
    package func post(_ body: @escaping @Sendable () -> Void) -> Bool {
        let count = state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            state.posted.append(body)
            return state.posted.count
        }
        if count == 1 { eventfd_write(descriptor.rawValue, 1) }
        return count != nil
    }

    /// Takes nothing more, and lets go of what the loop has not run.
    ///
    /// That may hold what holds this remote: left here, neither would ever be freed.
    func close() {
        let rest = state.withLock { state in
            state.isClosed = true
            defer { state.posted = [] }
            return state.posted
        }
        // Let go of outside the lock: what is freed by it may post.
        _ = rest
    }

    /// Readable while something is posted.
    var rawDescriptor: Int32 { descriptor.rawValue }

    /// What was posted since the last time.
    func take() -> [@Sendable () -> Void] {
        var count: eventfd_t = 0
        eventfd_read(descriptor.rawValue, &count)
        return state.withLock { state in
            defer { state.posted = [] }
            return state.posted
        }
    }
}
