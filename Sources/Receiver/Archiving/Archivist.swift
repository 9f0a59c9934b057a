import Archive
import Core
import Journal
import Platform
import Synchronization
import TLS
import Wire

extension SHA256Blocks: BlockHasher {}

/// The thread that carries the journal into the archive, and compares digests against it.
///
/// It follows the journal behind the acknowledgements: however slow it is, no ack waits for it. The journal's
/// segments go when what they hold is synced in the archive.
final class Archivist: Sendable {
    /// A digest that an agent wants compared, and how to answer it.
    private struct Comparison: Sendable {
        var claim: DigestClaim
        var answer: @Sendable (Message) -> Void
    }

    private struct State {
        var comparisons: [Comparison] = []
        var isClosed = false
        var failure: String?
        var appliedBytes: UInt64 = 0
    }

    private let state = Mutex(State())
    private let signal = Signal()
    private let thread = Mutex<Thread?>(nil)

    /// Bytes that are written between two syncs of the archive while there is much to do.
    private static let syncBytes = 256 << 20
    /// How long bytes wait for a sync while there is little to do.
    private static let syncDelay: Duration = .seconds(1)

    // MARK: From other threads

    /// The journal has new durable records.
    func journalAdvanced() { signal.notify() }

    /// Compares a claim with what the archive holds, after everything that is durable now was applied.
    func compare(_ claim: DigestClaim, answer: @escaping @Sendable (Message) -> Void) {
        state.withLock { $0.comparisons.append(Comparison(claim: claim, answer: answer)) }
        signal.notify()
    }

    /// Why the archive cannot be written, while it cannot.
    var currentFailure: String? { state.withLock { $0.failure } }

    /// Raw bytes that went into the archive since the start.
    var appliedBytes: UInt64 { state.withLock { $0.appliedBytes } }

    func start(_ workshop: Workshop) {
        let box = Handover(workshop)
        let thread = Thread.spawn(name: "archive") { [self] in
            if let workshop = box.take() { serve(workshop) }
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

    private func serve(_ workshop: Workshop) {
        var dirtySince: Instant?
        while true {
            let applied = drain(workshop)
            if applied > 0, dirtySince == nil { dirtySince = Clock.monotonic() }
            let (comparisons, isClosed) = state.withLock { state in
                defer { if applied == 0 { state.comparisons = [] } }
                return (applied == 0 ? state.comparisons : [], state.isClosed)
            }
            for comparison in comparisons {
                comparison.answer(answer(comparison.claim, workshop.archive))
                if dirtySince == nil { dirtySince = Clock.monotonic() }
            }
            // After an archive was opened anew, all of the journal has been brought in by now.
            if applied == 0 { workshop.archive.finishReplay() }
            let isIdle = applied == 0 && comparisons.isEmpty
            if let since = dirtySince,
                isClosed && isIdle || workshop.applier.bytesWritten >= Archivist.syncBytes
                    || Clock.monotonic() - since >= Archivist.syncDelay
            {
                dirtySince = synchronize(workshop) ? nil : Clock.monotonic()
            }
            if isClosed, isIdle { return }
            if isIdle { wait(dirtySince) }
        }
    }

    private func wait(_ dirtySince: Instant?) {
        guard let dirtySince else { return signal.wait() }
        let left = Archivist.syncDelay - (Clock.monotonic() - dirtySince)
        _ = signal.wait(timeout: max(.milliseconds(1), left))
    }

    /// Applies a bounded number of records.
    private func drain(_ workshop: Workshop) -> Int {
        var count = 0
        let before = workshop.applier.bytesWritten
        while count < 512 {
            do throws(OperatorError) {
                guard let record = try workshop.reader.next() else { break }
                guard insist({ () throws(OperatorError) in try workshop.applier.apply(record) })
                else { break }
                count += 1
            } catch {
                fail(error)
                break
            }
        }
        if count > 0 {
            let bytes = UInt64(workshop.applier.bytesWritten - before)
            state.withLock { $0.appliedBytes += bytes }
        }
        return count
    }

    /// Tries until it works or the receiver ends: the record stays in the journal until then.
    private func insist(_ body: () throws(OperatorError) -> Void) -> Bool {
        while true {
            do throws(OperatorError) {
                try body()
                state.withLock { $0.failure = nil }
                return true
            } catch {
                fail(error)
                if state.withLock({ $0.isClosed }) { return false }
                _ = signal.wait(timeout: .seconds(1))
            }
        }
    }

    private func fail(_ error: OperatorError) {
        let isNew = state.withLock { state in
            defer { state.failure = error.message + (error.cause.map { ": " + $0 } ?? "") }
            return state.failure == nil
        }
        if isNew { Log.error(error) }
    }

    /// Syncs; after a failure nothing of the archive is certain, so it is opened again and the journal,
    /// which still holds it all, is applied anew.
    private func synchronize(_ workshop: Workshop) -> Bool {
        do throws(OperatorError) {
            try workshop.synchronize()
            state.withLock { $0.failure = nil }
            return true
        } catch {
            fail(error)
        }
        _ = signal.wait(timeout: .seconds(1))
        Hub.attempt("open the archive again") { () throws(OperatorError) in
            try workshop.reopen()
        }
        return false
    }

    private func answer(_ claim: DigestClaim, _ archive: Archive) -> Message {
        let held = archive.stream(claim.stream)?.held ?? 0
        var mine = claim
        do throws(OperatorError) {
            let length = min(claim.length, held)
            guard
                let digest = try archive.digest(
                    of: claim.stream,
                    length: length,
                    hasher: SHA256Blocks()
                )
            else { return .refused(Refusal(.unknownStream, "the archive lacks \(claim.stream)")) }
            mine.length = length
            mine.digest = digest
        } catch {
            return .refused(Refusal(.notNow, error.message))
        }
        guard mine == claim else {
            Log.warning("the archive's copy of \(claim.stream) differs from the agent's file")
            return .mismatch(mine)
        }
        Hub.attempt("note a verified digest") { () throws(OperatorError) in
            _ = try archive.apply(
                .verified(stream: claim.stream, length: claim.length, digest: claim.digest)
            )
        }
        return .verified(mine)
    }
}
