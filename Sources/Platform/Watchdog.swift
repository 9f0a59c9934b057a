import Core

/// Tells the service manager that the program works, as often as it asked for (sd_watchdog_enabled(3)).
///
/// Without a service manager that asks it does nothing, and makes no timer.
package final class Watchdog {
    private let interval: Duration?
    private let isAlive: () -> Bool

    /// A watchdog that asks `isAlive` each time; it says nothing when that is false.
    package convenience init(isAlive: @escaping () -> Bool = { true }) {
        self.init(
            microseconds: Host.environment("WATCHDOG_USEC"),
            process: Host.environment("WATCHDOG_PID"),
            isAlive: isAlive
        )
    }

    init(microseconds: String?, process: String?, isAlive: @escaping () -> Bool) {
        self.isAlive = isAlive
        let isMeant = process.map { Int32($0) == Host.processID } ?? true
        let time = microseconds.flatMap { Int64($0) } ?? 0
        // Twice in the time, so that one late turn is no death.
        interval = isMeant && time > 0 ? .microseconds(time / 2) : nil
    }

    /// Begins, on the loop whose life is meant.
    package func start(on loop: EventLoop) {
        guard let interval else { return }
        if isAlive() { ServiceManager.notify("WATCHDOG=1") }
        loop.schedule(after: interval) { [weak self, weak loop] in
            guard let loop else { return }
            self?.start(on: loop)
        }
    }
}
