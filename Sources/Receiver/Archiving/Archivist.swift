import Archive
import Core
import Journal
import Platform
import Synchronization
import Wire

/// The thread that carries the journal into the archive, and compares digests against it.
///
/// It follows the journal behind the acknowledgements: however slow it is, no ack waits for it. The journal's
/// segments go when what they hold is synced in the archive.
final class Archivist: Sendable {
    private struct State {
        var comparisons: [(ticket: UInt64, comparison: ArchiveWorker.Comparison)] = []
        var listings: [@Sendable ([IngestSource]?) -> Void] = []
        var isClosed = false
        var failure: String?
        var appliedBytes: UInt64 = 0
    }

    private let state = Mutex(State())
    private let signal = Signal()
    private let thread = Mutex<Thread?>(nil)

    // MARK: From other threads

    /// The journal has new durable records.
    func journalAdvanced() { signal.notify() }

    /// Compares a claim with what the archive holds, after everything was applied that the journal was asked
    /// to record up to `ticket`: the stream itself may be that new.
    func compare(
        _ claim: DigestClaim,
        after ticket: UInt64,
        answer: @escaping @Sendable (Message) -> Void
    ) {
        state.withLock {
            $0.comparisons.append((ticket, .init(claim: claim, answer: answer)))
        }
        signal.notify()
    }

    /// Waits for a list of every stream whose bytes are in the archive; nil when it is closed.
    func sources() -> [IngestSource]? {
        let found = Mutex<[IngestSource]?>(nil)
        let listed = Signal()
        let isAsked = state.withLock { state in
            guard !state.isClosed else { return false }
            state.listings.append { sources in
                found.withLock { $0 = sources }
                listed.notify()
            }
            return true
        }
        guard isAsked else { return nil }
        signal.notify()
        listed.wait()
        return found.withLock { $0 }
    }

    /// Why the archive cannot be written, while it cannot.
    var currentFailure: String? { state.withLock { $0.failure } }

    /// Raw bytes that went into the archive since the start.
    var appliedBytes: UInt64 { state.withLock { $0.appliedBytes } }

    /// Hands the workshop to its thread; `durableTicket` says up to where the journal has recorded.
    func start(_ workshop: Workshop, durableTicket: @escaping @Sendable () -> UInt64) {
        let box = Handover(workshop)
        // An ack is waited for, the archive is not: where both want the processor, it comes second.
        let thread = Thread.spawn(name: "archive", niceness: 10) { [self] in
            if let workshop = box.take() { serve(workshop, durableTicket) }
        }
        self.thread.withLock { $0 = thread }
    }

    /// Applies what is durable, syncs, and ends.
    func stop() {
        state.withLock { $0.isClosed = true }
        signal.notify()
        thread.withLock { $0.take() }?.join()
    }

    // MARK: The thread

    private func serve(_ workshop: Workshop, _ durableTicket: () -> UInt64) {
        let worker = ArchiveWorker(workshop)
        while true {
            // Taken before the turn, so that it applies everything that was acknowledged before they came.
            let ticket = durableTicket()
            let listings = state.withLock { state in
                defer { state.listings = [] }
                return state.listings
            }
            if !listings.isEmpty {
                let sources = IngestSource.all(in: workshop.archive)
                for listing in listings { listing(sources) }
            }
            let (comparisons, isClosing) = state.withLock { state in
                let ready = state.comparisons.filter { $0.ticket <= ticket }
                state.comparisons.removeAll { $0.ticket <= ticket }
                return (ready.map(\.comparison), state.isClosed)
            }
            let turn = worker.turn(comparisons, isClosing: isClosing, now: Clock.monotonic())
            state.withLock {
                $0.appliedBytes += turn.bytes
                $0.failure = worker.failure
            }
            guard turn.isIdle else { continue }
            if isClosing { return answerNobody() }
            if let rest = turn.rest { _ = signal.wait(timeout: rest) } else { signal.wait() }
        }
    }

    /// Those who asked for a list while it was closed get none.
    private func answerNobody() {
        let listings = state.withLock { state in
            defer { state.listings = [] }
            return state.listings
        }
        for listing in listings { listing(nil) }
    }
}
