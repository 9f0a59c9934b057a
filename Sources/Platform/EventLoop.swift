import CLinux
import Core
import Glibc

/// Waits for descriptors, timers and other threads, and calls back, all on one thread.
///
/// Not Sendable: it is used on the thread that made it, except through `remote`. While nothing happens it
/// sleeps without any tick: timers are one kernel timer on the boot clock, so that those that a suspended
/// machine slept through are due when it wakes, each once.
package final class EventLoop {
    private static let remoteToken = UInt64.max
    private static let timerToken = UInt64.max - 1

    /// The way in for other threads.
    package let remote: LoopRemote
    /// The time of the last wake-up.
    package private(set) var now: Instant

    private let poller: Poller
    private let timers = TimerQueue()
    private let timerDescriptor: FileDescriptor
    /// The deadline that the kernel's timer stands at.
    private var armed: Instant?
    private var hooks: [() -> Void] = []
    private var stopped = false

    /// A loop with a remote of its own.
    package convenience init() throws(SystemError) { try self.init(remote: LoopRemote()) }

    /// A loop with a remote that was made before it, and that no other loop has.
    package init(remote: LoopRemote) throws(SystemError) {
        self.remote = remote
        now = Clock.monotonic()
        poller = try Poller()
        let flags = Int32(TFD_CLOEXEC | TFD_NONBLOCK)
        timerDescriptor = FileDescriptor(
            owning: try checked(
                systemCall { timerfd_create(CLOCK_BOOTTIME, flags) },
                "timerfd_create"
            )
        )
        try poller.add(remote.rawDescriptor, .readable, token: Self.remoteToken)
        try poller.add(timerDescriptor.rawValue, .readable, token: Self.timerToken)
    }

    deinit {
        poller.removeAll()
        timers.removeAll()
    }

    /// Works until `stop`.
    package func run() {
        while !stopped { turn() }
        stopped = false
    }

    /// Lets `run` return after the current batch of events; for the loop's own thread.
    package func stop() { stopped = true }

    /// Ends the loop for good: what other threads have posted, or post later, is not run but let go of.
    ///
    /// For the loop's own thread, behind the last `run`.
    package func close() { remote.close() }

    /// Reads the clock anew, for a handler that worked long.
    package func refreshNow() { now = Clock.monotonic() }

    /// Watches a descriptor, which must stay open until the source is cancelled.
    @discardableResult
    package func add(
        _ descriptor: Int32,
        interest: Interest,
        _ handler: @escaping (Readiness) -> Void
    ) throws(SystemError) -> EventSource {
        try poller.add(descriptor, interest: interest, handler)
    }

    /// Runs `body` once, when `delay` has passed from this moment; never at once, even without a delay.
    @discardableResult
    package func schedule(after delay: Duration, _ body: @escaping () -> Void) -> Timer {
        let start = Clock.monotonic().nanoseconds
        let (sum, overflow) = start.addingReportingOverflow(max(0, delay.nanoseconds))
        return timers.add(at: Instant(nanoseconds: overflow ? .max : sum), body)
    }

    /// Runs `body` once, when all events of the current batch have been handled.
    package func afterEvents(_ body: @escaping () -> Void) { hooks.append(body) }

    /// One batch: events, what other threads posted, timers, hooks.
    private func turn() {
        arm()
        var posts = false
        poller.wait(now: !hooks.isEmpty, refreshNow) { token, events in
            switch token {
            case Self.remoteToken: posts = true
            case Self.timerToken: disarm()
            default: poller.source(token)?.deliver(events)
            }
        }
        if posts {
            for body in remote.take() { body() }
        }
        timers.fire(until: now)
        let hooks = hooks
        self.hooks = []
        for hook in hooks { hook() }
    }

    /// Sets the kernel's timer to the first deadline, if it does not stand there.
    private func arm() {
        let earliest = timers.earliest
        guard earliest != armed else { return }
        armed = earliest
        // All zero means: no timer.
        let deadline = earliest.map { max(1, $0.nanoseconds) } ?? 0
        var time = itimerspec()
        time.it_value.tv_sec = time_t(deadline / 1_000_000_000)
        time.it_value.tv_nsec = Int(deadline % 1_000_000_000)
        let flags = Int32(TFD_TIMER_ABSTIME)
        timerfd_settime(timerDescriptor.rawValue, flags, &time, nil)
    }

    /// Takes the kernel timer's expiry.
    private func disarm() {
        var count: UInt64 = 0
        _ = systemCall { read(timerDescriptor.rawValue, &count, MemoryLayout<UInt64>.size) }
        armed = nil
    }
}
