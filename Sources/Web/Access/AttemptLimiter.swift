import Core
import Synchronization

/// Counts failed logins by address: ten a minute, then none for the rest of it.
final class AttemptLimiter: Sendable {
    private struct Window {
        var began: Instant
        var failures: Int
    }

    private static let most = 10
    private static let length = Duration.seconds(60)
    /// Addresses that are remembered; beyond it, everybody shares what is left.
    private static let addresses = 4096

    private let windows = Mutex<[String: Window]>([:])

    /// Whether this address may try.
    func mayTry(_ address: String, now: Instant) -> Bool {
        windows.withLock { windows in
            guard let window = windows[AttemptLimiter.key(address, windows)] else { return true }
            return now - window.began >= AttemptLimiter.length
                || window.failures < AttemptLimiter.most
        }
    }

    func failed(_ address: String, now: Instant) {
        windows.withLock { windows in
            if windows.count >= AttemptLimiter.addresses {
                windows = windows.filter { now - $0.value.began < AttemptLimiter.length }
            }
            let key = AttemptLimiter.key(address, windows)
            if let window = windows[key], now - window.began < AttemptLimiter.length {
                windows[key]?.failures += 1
            } else {
                windows[key] = Window(began: now, failures: 1)
            }
        }
    }

    /// IPv6 clients have whole networks: of their addresses the first half counts.
    private static func key(_ address: String, _ windows: [String: Window]) -> String {
        let parts = address.split(separator: ":", omittingEmptySubsequences: false)
        let isIPv4 = address.contains(".")
        let key = parts.count > 4 && !isIPv4 ? parts.prefix(4).joined(separator: ":") : address
        return windows[key] == nil && windows.count >= addresses ? "*" : key
    }
}
