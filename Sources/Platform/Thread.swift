import CLinux
import Glibc
import Synchronization

/// A thread of the operating system.
///
/// It takes no signals: those are for the loop that handles them (`Signals.handle`).
package final class Thread: Sendable {
    /// What the new thread gets: only it and its starter know the object, one after the other.
    private final class Start: Sendable {
        let name: String
        let niceness: Int32
        let body: @Sendable () -> Void

        init(_ name: String, _ niceness: Int32, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.niceness = niceness
            self.body = body
        }
    }

    /// Nil once it was joined.
    private let handle: Mutex<pthread_t?>

    private init(_ handle: pthread_t) { self.handle = Mutex(handle) }

    deinit {
        handle.withLock { handle in
            if let handle { pthread_detach(handle) }
        }
    }

    /// Starts a thread.
    ///
    /// When the system has no room for one more the process ends: this happens at start, where
    /// nothing can go on without it.
    ///
    /// System tools show the name, of which they keep 15 bytes. The stack's size is in bytes; memory is
    /// used only as it grows. A niceness above 0 (to 19) leaves the processor to other threads that want it.
    /// The thread ends with its body.
    package static func spawn(
        name: String,
        stackSize: Int = 512 * 1024,
        niceness: Int32 = 0,
        _ body: @escaping @Sendable () -> Void
    ) -> Thread {
        let start = Unmanaged.passRetained(Start(name, niceness, body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, max(stackSize, 64 * 1024))
        defer { pthread_attr_destroy(&attributes) }
        let mask = blockSignals()
        defer { restoreSignals(mask) }
        var handle = pthread_t()
        let code = pthread_create(&handle, &attributes, { Thread.main($0) }, start.toOpaque())
        guard code == 0 else {
            start.release()
            fatalError(
                SystemError(errno: code, call: "pthread_create", subject: name).description
            )
        }
        return Thread(handle)
    }

    /// Waits for its end; not from the thread itself.
    ///
    /// Only the first call waits.
    package func join() {
        let handle = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        if let handle { pthread_join(handle, nil) }
    }

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        var name = start.name
        while name.utf8.count > 15 { name.removeLast() }
        _ = tailship_name_thread(name)
        // On Linux a niceness is the thread's own: the "process" 0 is the calling thread.
        if start.niceness > 0 {
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, start.niceness)
        }
        start.body()
        return nil
    }

    /// Blocks all signals but those of a fault of the thread itself; returns what was blocked before.
    private static func blockSignals() -> sigset_t {
        var all = sigset_t()
        sigfillset(&all)
        for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS] {
            sigdelset(&all, fault)
        }
        var previous = sigset_t()
        pthread_sigmask(SIG_BLOCK, &all, &previous)
        return previous
    }

    private static func restoreSignals(_ mask: sigset_t) {
        var mask = mask
        pthread_sigmask(SIG_SETMASK, &mask, nil)
    }
}
