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
        var waiting: [(ticket: UInt64, done: @Sendable () -> Void)] = []
        var again: [StreamID] = []
        var isClosed = false
        var failure: String?
        var appliedBytes: UInt64 = 0
        /// When everything that was durable was last in the archive: how much both were then.
        var idle: (durable: UInt64, applied: UInt64) = (0, 0)
        var busySince: WallTime?
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

    /// Calls `done` when everything that the journal was asked to record up to `ticket` is synced in the archive, and
    /// the journal's ended segments are deleted.
    func synchronize(after ticket: UInt64, done: @escaping @Sendable () -> Void) {
        state.withLock { $0.waiting.append((ticket, done)) }
        signal.notify()
    }

    /// Tells the rows of these streams anew.
    func announce(_ streams: [StreamID]) {
        state.withLock { $0.again += streams }
        signal.notify()
    }

    /// Why the archive cannot be written, while it cannot.
    var currentFailure: String? { state.withLock { $0.failure } }

    /// Raw bytes that went into the archive since the start.
    var appliedBytes: UInt64 { state.withLock { $0.appliedBytes } }

    /// Bytes that are durable and not in the archive, of so many durable ones, and since when some are.
    func pending(durable: UInt64) -> (bytes: UInt64, since: WallTime?) {
        state.withLock { state in
            let more = Int64(clamping: durable) - Int64(clamping: state.idle.durable)
            let done = Int64(clamping: state.appliedBytes - state.idle.applied)
            return (UInt64(max(0, more - done)), state.busySince)
        }
    }

    /// Hands the workshop to its thread.
    ///
    /// `durableTicket` says up to where the journal has recorded, `durableBytes` how much is held.
    func start(
        _ workshop: Workshop,
        durableTicket: @escaping @Sendable () -> UInt64,
        durableBytes: @escaping @Sendable () -> UInt64 = { 0 }
    ) {
        let box = Handover(workshop)
        // An ack is waited for, the archive is not: where both want the processor, it comes second.
        let thread = Thread.spawn(name: "archive", niceness: 10) { [self] in
            if let workshop = box.take() { serve(workshop, durableTicket, durableBytes) }
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

    private func serve(
        _ workshop: Workshop,
        _ durableTicket: () -> UInt64,
        _ durableBytes: () -> UInt64
    ) {
        let worker = ArchiveWorker(workshop)
        while true {
            // Taken before the turn, so that it applies everything that was acknowledged before they came.
            let durable = durableBytes()
            let ticket = durableTicket()
            list(workshop.archive)
            let (comparisons, waiting, again, isClosing) = state.withLock { state in
                let waiting = state.waiting.filter { $0.ticket <= ticket }
                state.waiting.removeAll { $0.ticket <= ticket }
                defer { state.again = [] }
                let ready = state.comparisons.filter { $0.ticket <= ticket }
                state.comparisons.removeAll { $0.ticket <= ticket }
                return (
                    ready.map(\.comparison), waiting.map(\.done), state.again, state.isClosed
                )
            }
            workshop.note(again)
            let turn = worker.turn(
                comparisons,
                waiting: waiting,
                isClosing: isClosing,
                now: Clock.monotonic()
            )
            state.withLock {
                $0.appliedBytes += turn.bytes
                $0.failure = worker.failure
                if turn.isIdle, worker.failure == nil {
                    $0.idle = (durable, $0.appliedBytes)
                    $0.busySince = nil
                } else if $0.busySince == nil {
                    $0.busySince = Clock.wall()
                }
            }
            guard turn.isIdle else { continue }
            if isClosing { return answerNobody() }
            if let rest = turn.rest { _ = signal.wait(timeout: rest) } else { signal.wait() }
        }
    }

    private func list(_ archive: Archive) {
        let listings = state.withLock { state in
            defer { state.listings = [] }
            return state.listings
        }
        guard !listings.isEmpty else { return }
        let sources = IngestSource.all(in: archive)
        for listing in listings { listing(sources) }
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
