import Core

/// Carries the worker to the thread that it belongs to from then on.
///
/// Unchecked because the worker is used on one thread after the other: the one that makes it lets it go here.
final class LiveWorkerBox: @unchecked Sendable {
    private var worker: LiveWorker?

    init(
        _ path: BytePath,
        _ shared: CatalogSession.Shared,
        _ hub: LiveHub
    ) throws(OperatorError) {
        worker = try LiveWorker(path, shared, hub)
    }

    func take() -> LiveWorker? {
        defer { worker = nil }
        return worker
    }
}
