import CLinux
import Glibc

/// Signals of the process, as events of a loop.
package enum Signals {
    /// The signals that a service handles.
    package enum Kind: Sendable, Hashable, CaseIterable {
        case interrupt
        case terminate
        case hangup
        case user1
        case user2
        case child
        case windowChanged

        var number: Int32 {
            switch self {
            case .interrupt: SIGINT
            case .terminate: SIGTERM
            case .hangup: SIGHUP
            case .user1: SIGUSR1
            case .user2: SIGUSR2
            case .child: SIGCHLD
            case .windowChanged: SIGWINCH
            }
        }
    }

    /// Keeps the signals from this thread and from all threads that it starts from now on: call it
    /// before the first thread is started, so that a signal finds nobody but the loop.
    package static func block(_ kinds: [Kind]) {
        var set = set(of: kinds)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Lets a write to a closed pipe or socket fail with EPIPE instead of ending the process.
    package static func ignoreBrokenPipe() { _ = signal(SIGPIPE, SIG_IGN) }

    /// Blocks the signals as `block` does and calls `handler` on the loop for each that comes.
    ///
    /// Several of one kind that come at once are told once.
    @discardableResult
    package static func handle(
        _ kinds: [Kind],
        on loop: EventLoop,
        _ handler: @escaping (Kind) -> Void
    ) throws(SystemError) -> EventSource {
        block(kinds)
        var set = set(of: kinds)
        let flags = Int32(SFD_CLOEXEC | SFD_NONBLOCK)
        let descriptor = FileDescriptor(
            owning: try checked(systemCall { signalfd(-1, &set, flags) }, "signalfd")
        )
        let queue = SignalQueue(descriptor)
        return try loop.add(queue.rawDescriptor, interest: .readable) { _ in
            while let number = queue.next() {
                if let kind = kinds.first(where: { $0.number == number }) { handler(kind) }
            }
        }
    }

    private static func set(of kinds: [Kind]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for kind in kinds { sigaddset(&set, kind.number) }
        return set
    }
}
