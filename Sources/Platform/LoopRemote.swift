import CLinux
import Glibc
import Synchronization

/// The way into an event loop from any thread.
package final class LoopRemote: Sendable {
    private let posted = Mutex<[@Sendable () -> Void]>([])
    private let descriptor: FileDescriptor

    /// A remote whose loop may be made later, on its own thread; what is posted until then waits.
    package init() throws(SystemError) {
        let flags = Int32(EFD_CLOEXEC | EFD_NONBLOCK)
        descriptor = FileDescriptor(
            owning: try checked(systemCall { eventfd(0, flags) }, "eventfd")
        )
    }

    /// Runs `body` on the loop's thread soon, in the order of posting; never at once, even from there.
    package func post(_ body: @escaping @Sendable () -> Void) {
        let wake = posted.withLock { posted in
            posted.append(body)
            return posted.count == 1
        }
        if wake { eventfd_write(descriptor.rawValue, 1) }
    }

    /// Readable while something is posted.
    var rawDescriptor: Int32 { descriptor.rawValue }

    /// What was posted since the last time.
    func take() -> [@Sendable () -> Void] {
        var count: eventfd_t = 0
        eventfd_read(descriptor.rawValue, &count)
        return posted.withLock { posted in
            defer { posted = [] }
            return posted
        }
    }
}
