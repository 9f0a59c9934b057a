import Archive
import Core
import Journal
import Platform
import Wire

/// Carries the journal into the archive turn by turn, and compares digests against it; without a thread,
/// a clock or a wait of its own.
///
/// A turn never waits for a disk that refuses: what failed is tried again in a later one, and the record
/// stays in the journal until then.
final class ArchiveWorker {
    /// A digest that an agent wants compared, and how to answer it.
    struct Comparison: Sendable {
        var claim: DigestClaim
        var answer: @Sendable (Message) -> Void
    }

    /// What a turn came to.
    struct Turn {
        /// Raw bytes that went into the archive.
        var bytes: UInt64
        /// Nothing is left to do, or nothing can be done now.
        var isIdle: Bool
        /// How long to wait for more when idle; nil until something comes.
        var rest: Duration?
    }

    /// Bytes that are written between two syncs of the archive while there is much to do: the journal's
    /// `fdatasync`, for which acknowledgements wait, takes its time behind what one of them writes.
    private static let syncBytes = 32 << 20
    /// Bytes after which a turn tells of what came, about: a line that was written just now waits for its rows behind
    /// files that are shipped as a whole.
    private static let turnBytes = 4 << 20
    /// How long bytes wait for a sync while there is little to do, and a refusing disk for the next try.
    private static let delay: Duration = .seconds(1)

    let workshop: Workshop
    /// Why the archive cannot be written, while it cannot.
    private(set) var failure: String?
    private var comparisons: [Comparison] = []
    /// Who waits until everything is synced.
    private var waiting: [@Sendable () -> Void] = []
    /// A record that could not be applied yet; the reader is not moved while there is one.
    private var refused: StoredRecord?
    private var dirtySince: Instant?
    private var mustReopen = false
    private var hasFailed = false

    init(_ workshop: Workshop) { self.workshop = workshop }

    /// One turn: applies a bounded number of records, answers, syncs when it is time.
    ///
    /// - Parameters:
    ///   - new: comparisons that came before this turn; they are answered when everything is applied that
    ///     was durable when they came.
    ///   - others: called when everything is synced that was durable when they came, and the journal released.
    ///   - isClosing: what was applied is synced as soon as nothing is left.
    ///   - limit: records of one turn.
    ///   - now: the time.
    /// - Returns: what there was to do, and when there is more.
    func turn(
        _ new: [Comparison],
        waiting others: [@Sendable () -> Void] = [],
        isClosing: Bool,
        limit: Int = 512,
        now: Instant
    ) -> Turn {
        comparisons += new
        waiting += others
        let before = workshop.applier.bytesWritten
        hasFailed = false
        let applied = isReady() ? drain(limit) : 0
        workshop.reportDamage()
        let bytes = UInt64(max(0, workshop.applier.bytesWritten - before))
        var answered = 0
        if applied > 0 { answered = answerHeld() }
        if applied == 0, !hasFailed {
            answered = answerAll()
            // After an archive was opened anew, all of the journal has been brought in by now.
            workshop.archive.finishReplay()
        }
        workshop.announce()
        if applied + answered > 0, dirtySince == nil { dirtySince = now }
        let isIdle = applied == 0 && answered == 0
        if applied == 0, !waiting.isEmpty { answerWaiting(now) }
        if let since = dirtySince, !mustReopen,
            isClosing && isIdle || workshop.applier.bytesWritten >= ArchiveWorker.syncBytes
                || now - since >= ArchiveWorker.delay
        {
            synchronize(now)
        }
        var rest = dirtySince.map { max(.milliseconds(1), ArchiveWorker.delay - (now - $0)) }
        if hasFailed || !waiting.isEmpty { rest = ArchiveWorker.delay }
        return Turn(bytes: bytes, isIdle: isIdle, rest: rest)
    }

    /// Opens the archive again after a failed sync; false while that fails too.
    private func isReady() -> Bool {
        guard mustReopen else { return true }
        do throws(OperatorError) {
            try workshop.reopen()
            refused = nil
            mustReopen = false
            return true
        } catch {
            fail(error)
            return false
        }
    }

    private func drain(_ limit: Int) -> Int {
        var count = 0
        let end = workshop.applier.bytesWritten + ArchiveWorker.turnBytes
        do throws(OperatorError) {
            while count < limit, workshop.applier.bytesWritten < end {
                guard let record = try nextRecord() else { break }
                refused = record
                try workshop.applier.apply(record)
                refused = nil
                failure = nil
                count += 1
            }
        } catch {
            fail(error)
        }
        return count
    }

    private func nextRecord() throws(OperatorError) -> StoredRecord? {
        if let refused { return refused }
        return try workshop.reader.next()
    }

    /// Comparisons that are answered between two rounds of applying, so that neither waits for long.
    private static let answersAtOnce = 16

    /// Answers what the archive holds already, while there is more to apply: held bytes never change.
    private func answerHeld() -> Int {
        var count = 0
        comparisons.removeAll { comparison in
            guard count < ArchiveWorker.answersAtOnce,
                let held = workshop.archive.stream(comparison.claim.stream)?.held,
                held >= comparison.claim.length
            else { return false }
            comparison.answer(workshop.answer(comparison.claim))
            count += 1
            return true
        }
        return count
    }

    private func answerAll() -> Int {
        defer { comparisons = [] }
        for comparison in comparisons { comparison.answer(workshop.answer(comparison.claim)) }
        return comparisons.count
    }

    /// Tells those who wait that everything is synced, when it is.
    private func answerWaiting(_ now: Instant) {
        guard !hasFailed, !mustReopen else { return }
        synchronize(now)
        guard !hasFailed, !mustReopen else { return }
        for done in waiting { done() }
        waiting = []
    }

    /// Syncs the archive and lets the journal go.
    ///
    /// After a failed sync nothing of the archive is certain, so it is opened again and the journal, which
    /// still holds it all, is applied anew. When only letting the journal go fails, that alone is tried again.
    private func synchronize(_ now: Instant) {
        do throws(OperatorError) {
            try workshop.synchronize(unapplied: refused)
        } catch {
            fail(error)
            mustReopen = true
            dirtySince = now
            return
        }
        do throws(OperatorError) {
            try workshop.release()
            if refused == nil { failure = nil }
            dirtySince = nil
        } catch {
            fail(error)
            dirtySince = now
        }
    }

    private func fail(_ error: OperatorError) {
        hasFailed = true
        if failure == nil { Log.error(error) }
        failure = error.message + (error.cause.map { ": " + $0 } ?? "")
    }
}
