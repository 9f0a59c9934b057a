import Core
import Platform
import SQL
import Settings
import Tailing

/// What a running agent does, between its files and its receivers: the observers and the timers of both.
///
/// It decides when; the keeper, the store and the uplinks know what. It belongs to the agent's thread.
final class AgentWork: FileObserver, FolderWatcherDelegate, UplinkOwner {
    let context: AgentContext
    let mode: AgentService.Mode
    private(set) var uplinks: [UplinkDriver] = []
    /// The status that the program is to end with.
    private(set) var exitStatus = Exit.success
    /// Asks for notifications about a folder of a source.
    var watchFolder: ((BytePath, String) -> Void)?
    /// Called when a run that ends by itself has nothing left to do.
    var isDone: (() -> Void)?
    /// Called when a receiver has welcomed the agent.
    var isConnected: (() -> Void)?
    private var flushTimer: (any PlannedCall)?
    private var workPause: Duration = .zero
    private var workTimer: (any PlannedCall)?
    private var wakeTimer: (any PlannedCall)?
    private var isCheckPlanned = false

    /// - Throws: when the store cannot be read.
    init(_ context: AgentContext, mode: AgentService.Mode) throws(SQLError) {
        self.context = context
        self.mode = mode
        context.keeper.observer = self
        context.workPlanner = { [weak self] in self?.planWork() }
        for endpoint in context.settings.receivers {
            guard let number = try context.store.receiver(endpoint.name) else { continue }
            let uplink = UplinkDriver(endpoint, number: number, context: context)
            uplink.owner = self
            uplinks.append(uplink)
        }
    }

    /// Looks at all files, then connects.
    func start() {
        attempt { () throws(SQLError) in
            let summary = try context.keeper.start(at: context.time.wall)
            Log.notice("\(summary.files) files in \(summary.folders) folders")
        }
        // The first cursors are on the disk before anything else happens.
        flush()
        if uplinks.isEmpty {
            Log.warning("no receiver is configured: files are held and nothing is shipped")
        }
        for uplink in uplinks {
            if mode == .once { uplink.verifyNow(always: true) }
            uplink.start()
        }
        planRescan()
        planWake()
        checkDone()
    }

    /// Ends the connections for good, and keeps what is known.
    func stop() {
        for uplink in uplinks { uplink.stop() }
        flush()
    }

    /// Compares every file with what each receiver holds, now.
    func verifyAll() throws(SQLError) {
        try context.store.forgetVerifications()
        for uplink in uplinks { uplink.verifyNow() }
    }

    // MARK: What the keeper says

    func willList(_ folder: BytePath, of source: String) {
        watchFolder?(folder, source)
    }

    func wrote(_ stream: StreamNumber) {
        for uplink in uplinks {
            uplink.scheduler.wrote(stream)
            uplink.planPump()
        }
    }

    func foundHistory() {
        for uplink in uplinks {
            uplink.scheduler.foundHistory()
            uplink.planPump()
        }
        planWork()
    }

    func compared(_ stream: StreamNumber) {
        for uplink in uplinks { uplink.compared(stream) }
    }

    // MARK: What the watcher says

    func changed(_ source: String, _ path: BytePath) {
        attempt { () throws(SQLError) in
            try context.keeper.pathChanged(source, path, at: context.time.wall)
        }
        afterChange()
    }

    func mustScan(_ source: String) {
        attempt { () throws(SQLError) in
            _ = try context.keeper.scan(source, at: context.time.wall)
        }
        afterChange()
    }

    func scanAll() { for source in context.keeper.sources { mustScan(source.name) } }

    private func afterChange() {
        planFlush()
        planWork()
        planWake()
    }

    private func planRescan() {
        guard mode == .untilStopped, let interval = context.settings.rescan else { return }
        context.time.schedule(after: interval) { [weak self] in
            self?.scanAll()
            self?.planRescan()
        }
    }

    // MARK: What the uplinks say

    func storeFailed(_ error: SQLError) {
        Log.error(OperatorError(error))
        context.keeper.forgetUncommitted()
        context.time.schedule(after: .seconds(5)) { [weak self] in self?.scanAll() }
    }

    func connected() { isConnected?() }

    func progressed() {
        planFlush()
        // What was shipped is to be confirmed when it has been idle for long enough.
        if wakeTimer == nil { planWake() }
        guard mode == .once, !isCheckPlanned else { return }
        isCheckPlanned = true
        context.time.afterEvents { [weak self] in
            self?.isCheckPlanned = false
            self?.checkDone()
        }
    }

    /// When a copy of something that was written before the start is due at the latest.
    private lazy var lastCopyDue = context.time.wall + SnapshotPolicy().interval

    /// Ends a `--once` run when nothing is left to do, or nothing more can be done.
    private func checkDone() {
        guard mode == .once else { return }
        attempt { () throws(SQLError) in
            var isFinished = try !context.keeper.hasWork(at: context.time.wall)
            // A copy that only has to be quiet for a while is waited for; one that failed is not.
            if let due = try context.keeper.nextCopyDue(), due <= lastCopyDue { isFinished = false }
            for uplink in uplinks {
                if uplink.failures >= 3, !uplink.isShipping {
                    Log.error(
                        "receiver \(uplink.endpoint.name) cannot be reached: \(uplink.lastFailure ?? "")"
                    )
                    exitStatus = Exit.failure
                    continue
                }
                let totals = try context.store.totals(uplink.number)
                let isVerified = try uplink.isVerified()
                if !uplink.isShipping || totals.streams > 0 || !isVerified { isFinished = false }
            }
            if isFinished || uplinks.isEmpty { isDone?() }
        }
    }

    // MARK: Later

    private func planFlush() {
        guard flushTimer == nil, context.store.hasChanges else { return }
        flushTimer = context.time.schedule(after: .seconds(1)) { [weak self] in
            self?.flushTimer = nil
            self?.flush()
        }
    }

    func flush() {
        attempt { () throws(SQLError) in try context.store.flush() }
    }

    /// Comparisons and copies, at the pace that the settings allow.
    private func planWork() {
        guard workTimer == nil else { return }
        let budget = 512 << 10
        workTimer = context.time.schedule(after: workPause) { [weak self] in
            guard let self else { return }
            self.workTimer = nil
            let before = self.context.keeper.comparedBytes
            let isUrgent = !self.context.keeper.isOnlyConfirming
            var hasMore = false
            self.attempt { () throws(SQLError) in
                hasMore = try self.context.keeper.work(budget, at: self.context.time.wall)
            }
            // A small file is followed by a short pause, so that many of them keep the same rate.
            self.pause(after: self.context.keeper.comparedBytes - before, isUrgent: isUrgent)
            if hasMore { self.planWork() }
            self.afterWork()
        }
    }

    /// How much slower files are confirmed while others have not been shipped yet.
    private static let backfillShare: UInt64 = 16

    private func pause(after bytes: UInt64, isUrgent: Bool) {
        var rate = mode == .once ? nil : context.settings.verifyRate
        if !isUrgent, uplinks.contains(where: \.isCatchingUp) {
            // Not never: copies and held files wait for it, and a slow line takes days.
            rate = (context.settings.verifyRate ?? 50 << 20) / AgentWork.backfillShare
        }
        workPause = rate.map { .nanoseconds(Int64(Double(bytes) / Double($0) * 1e9)) } ?? .zero
    }

    private func afterWork() {
        planFlush()
        planWake()
        progressed()
    }

    /// Wakes up for the next file that has been quiet for long enough, to copy or to confirm it.
    private func planWake() {
        wakeTimer?.cancel()
        wakeTimer = nil
        attempt { () throws(SQLError) in
            let now = context.time.wall
            var earliest = try context.keeper.nextCopyDue()
            for uplink in uplinks where uplink.isShipping {
                let next = try context.keeper.nextFinished(
                    uplink.number,
                    finishedAfter: uplink.finishedAfter,
                    passed: uplink.round.passed
                )
                if let next { earliest = min(earliest ?? next, next) }
            }
            guard let earliest else { return }
            let wait = max(.milliseconds(100), min(earliest - now, .seconds(3600)))
            wakeTimer = context.time.schedule(after: wait) { [weak self] in self?.wake() }
        }
    }

    private func wake() {
        wakeTimer = nil
        for uplink in uplinks { uplink.planPump() }
        planWork()
        context.time.schedule(after: .seconds(1)) { [weak self] in self?.planWake() }
    }

    func attempt(_ body: () throws(SQLError) -> Void) {
        do throws(SQLError) {
            try body()
        } catch {
            storeFailed(error)
        }
    }
}
