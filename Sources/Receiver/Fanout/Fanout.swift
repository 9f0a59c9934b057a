import Core
import Platform
import Settings

/// All consumers, each on its own.
final class Fanout: Sendable {
    /// How long the end of the program waits for servers.
    private static let patience = Duration.seconds(5)

    private let threads: [ConsumerThread]

    /// `isAhead` is told of a backend that has rows up to a `rev` that the catalog has not reached.
    init(
        _ settings: ReceiverSettings,
        isAhead: @escaping @Sendable (_ rev: Int64) -> Void = { _ in }
    ) {
        threads = settings.consumers.filter(\.enabled).map {
            ConsumerThread($0, storage: settings.storage.directory, isAhead: isAhead)
        }
    }

    func start() { for thread in threads { thread.start() } }

    /// Ends all of them, those that wait for a server too.
    func stop() {
        for thread in threads { thread.close() }
        let deadline = Clock.monotonic() + Fanout.patience
        for thread in threads { thread.join(until: deadline) }
    }

    /// The catalog was committed, or somebody gave an order.
    func wake() { for thread in threads { thread.wake() } }

    /// What each is doing, in the order of the configuration.
    var statuses: [ConsumerStatus] { threads.compactMap(\.status) }

    /// Consumers that have not begun yet.
    var starting: [(name: String, backend: String)] {
        threads.filter { $0.status == nil && $0.failure == nil }
            .map { ($0.settings.name, $0.settings.backend?.rawValue ?? "") }
    }

    /// Consumers that could not begin, with the reason.
    var failures: [(name: String, error: OperatorError)] {
        threads.compactMap { thread in thread.failure.map { (thread.settings.name, $0) } }
    }
}
