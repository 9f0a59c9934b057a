import Core
import Platform
import SQL
import Settings
import Shipping
import Tailing
import Wire

// Comparing finished files by length and digest.
extension UplinkDriver {
    /// How many streams one look at the store brings.
    private static let pageSize = 64

    /// Looks for finished files, soon.
    func verifySoon() { planPump() }

    /// Verifies everything now, whether it was idle for long or not.
    ///
    /// - Parameter always: whether that holds for what is shipped later, too.
    func verifyNow(always: Bool = false) {
        round = VerificationRound()
        round.eagerness = always ? .always : .once
        planPump()
    }

    /// Whether every stream that the receiver has wholly is verified.
    func isVerified() throws(SQLError) -> Bool {
        guard round.confirming == nil, round.asked.isEmpty else { return false }
        return try context.store.firstUnverified(number, after: nil) == nil
    }

    /// Goes on with the round: reads files a second time and sends their digests.
    func continueRound() throws(SQLError) {
        // A file that went away while it was read is compared with nothing any more.
        if let stream = round.confirming, !context.keeper.isComparing(stream) {
            round.confirming = nil
        }
        guard isShipping, round.confirming == nil, round.asked.count < VerificationRound.limit
        else { return }
        let now = context.time.wall
        let entries = try context.store.unverified(
            number,
            idleSince: now + .nanoseconds(-finishedAfter.nanoseconds),
            after: round.passed,
            limit: UplinkDriver.pageSize
        )
        if entries.isEmpty, round.asked.isEmpty {
            // Those that were passed over, being written say, have another chance in the next round.
            round.passed = nil
            return try endRound()
        }
        for entry in entries {
            guard round.asked.count < VerificationRound.limit else { return }
            round.passed = entry
            guard !round.asked.contains(entry.stream), try isSettled(entry.stream) else { continue }
            if try context.keeper.confirm(entry.stream, at: now) {
                try askDigest(entry.stream)
            } else if context.keeper.isComparing(entry.stream) {
                round.confirming = entry.stream
                context.workPlanner?()
                return
            }
        }
    }

    /// How long a file must be idle to be finished.
    var finishedAfter: Duration {
        round.eagerness == .never ? context.settings.finishedAfter : .zero
    }

    /// When all is verified that was asked for, files have the usual time again to be finished; until then somebody
    /// waits for those that were passed over.
    private func endRound() throws(SQLError) {
        guard round.eagerness != .never, nextRound == nil else { return }
        if try !isVerified() {
            nextRound = context.time.schedule(after: round.pause()) { [weak self] in
                self?.nextRound = nil
                self?.planPump()
            }
        } else if round.eagerness == .once, try context.store.totals(number).streams == 0 {
            round.eagerness = .never
        }
    }

    /// Nothing of the stream is on its way.
    private func isSettled(_ stream: StreamNumber) throws(SQLError) -> Bool {
        guard ends[stream] == nil, opening[stream] == nil,
            let record = try context.store.stream(stream), record.isReadable
        else { return false }
        return true
    }

    /// The keeper has read a stream again; it may be ours.
    func compared(_ stream: StreamNumber) {
        attempt { () throws(SQLError) in
            if round.confirming == stream {
                round.confirming = nil
                if let record = try context.store.stream(stream), record.confirmed {
                    try askDigest(stream)
                }
            }
            planPump()
        }
    }

    private func askDigest(_ stream: StreamNumber) throws(SQLError) {
        guard let cursor = try context.store.cursor(number, stream), let remote = cursor.remote,
            let (length, digest) = try context.keeper.digest(stream),
            length == cursor.acked.offset
        else { return }
        let claim = DigestClaim(stream: remote, length: length, digest: digest)
        guard let action = machine?.digest(stream, claim) else { return }
        round.asked.insert(stream)
        perform([action])
    }

    func verified(_ stream: StreamNumber, _ claim: DigestClaim) throws(SQLError) {
        if claimed[stream] != nil { return try proven(stream, equal: true) }
        round.asked.remove(stream)
        defer { owner?.progressed() }
        guard let cursor = try context.store.cursor(number, stream), cursor.remote == claim.stream,
            cursor.acked.offset == claim.length,
            let record = try context.store.stream(stream)
        else { return planPump() }
        try context.store.verified(number, stream, closing: false)
        if record.end != nil { try sendClosed(record, cursor) }
        _ = try context.keeper.releaseHeld(at: context.time.wall)
        planPump()
    }

    func mismatched(_ stream: StreamNumber, _ claim: DigestClaim) throws(SQLError) {
        if claimed[stream] != nil { return try proven(stream, equal: false) }
        round.asked.remove(stream)
        countMismatch()
        let record = try context.store.stream(stream)
        Log.error(
            "receiver \(endpoint.name): the copy of \(record.map { "\($0.source)/\($0.path)" } ?? "a file") "
                + "differs; it is sent again as a new generation"
        )
        release(stream)
        _ = try context.keeper.restart(stream, at: context.time.wall)
        scheduler.foundHistory()
        owner?.progressed()
        planPump()
    }

    func digestRefused(_ stream: StreamNumber, _ refusal: Refusal) throws(SQLError) {
        // Asked at once again, it would be refused again: the next wake-up is soon enough.
        round.asked.remove(stream)
        if refusal.code == .unknownStream, let record = try context.store.stream(stream),
            let cursor = try context.store.cursor(number, stream)
        {
            // It was let go: the answer says so, and what that means.
            claimed[stream] = nil
            release(stream)
            if try !open(record, cursor, isLive: false) { isHistoryWaiting = true }
            return
        }
        guard claimed.removeValue(forKey: stream) != nil else { return }
        release(stream)
        isHistoryWaiting = true
    }
}
