import Catalog
import Core
import Platform
import SQL
import Settings

/// Erases, retires and gives space back, one chore after another; it belongs to the thread that writes the rows.
final class Housekeeper {
    /// How long one part of a chore keeps others from writing rows.
    private static let slice: Duration = .milliseconds(20)
    /// How long a chore that failed is left alone.
    private static let delay: Duration = .seconds(5)

    /// What the caller is to do next.
    enum Outcome: Equatable {
        /// Ask again soon.
        case more
        /// Ask again when woken, or after so long.
        case rest(Duration)
    }

    /// What is told to others.
    struct Reports: Sendable {
        var erased: @Sendable (_ names: Set<SessionName>, _ summary: String) -> Void = { _, _ in }
        var retired: @Sendable (_ plan: RetentionPlan, _ summary: String) -> Void = { _, _ in }

        init() {}
    }

    private let catalog: CatalogWriter
    private let settings: ReceiverSettings.Retention
    private let door: ArchiveDoor
    private let reports: Reports
    private let wake: @Sendable () -> Void
    private var orders = LifecycleOrders()
    private var hasOrders = false
    private var chores: [any Chore] = []
    private var nextPass: Instant
    private var failedUntil: Instant?
    private var lastFailure: String?

    init(
        _ catalog: CatalogWriter,
        _ settings: ReceiverSettings.Retention,
        _ door: ArchiveDoor,
        _ reports: Reports = Reports(),
        firstPass: Instant,
        wake: @escaping @Sendable () -> Void = {}
    ) {
        self.catalog = catalog
        self.settings = settings
        self.door = door
        self.reports = reports
        self.wake = wake
        nextPass = firstPass
    }

    /// A backend has rows up to `rev`: when the catalog is older, its next life begins.
    func delivered(through rev: Int64) throws(OperatorError) {
        do throws(SQLError) {
            try EpochGuard.check(catalog, delivered: rev)
        } catch {
            throw OperatorError(error)
        }
    }

    /// Keeps what the page found in sessions.
    func keep(_ answers: [SessionAnswers]) throws(OperatorError) {
        try catalog.change { () throws(SQLError) in try catalog.keep(answers) }
    }

    // MARK: Orders

    /// Takes over what people ordered; what waits to be erased is begun.
    func take(_ new: LifecycleOrders) throws(OperatorError) {
        let former = orders
        orders = new
        if new.erased != former.erased { catalog.setErased(new.erased) }
        if new.held != former.held || !hasOrders { try hold() }
        hasOrders = true
        let underWay = chores.reduce(into: Set<SessionName>()) { names, chore in
            if let chore = chore as? EraseChore, chore.isOrder { names.formUnion(chore.names) }
        }
        let due = new.pending.subtracting(underWay)
        if !due.isEmpty { erase(due, isOrder: true) }
    }

    private func hold() throws(OperatorError) {
        try catalog.change { () throws(SQLError) in try catalog.setHeld(orders.held) }
    }

    private func erase(_ names: Set<SessionName>, isOrder: Bool) {
        chores.append(EraseChore(names, isOrder: isOrder, catalog, door, wake: wake))
    }

    /// Forgets the rows of files that the archive let go, when a crash came in between.
    func forgetGone(_ tombstones: [StreamID: LetGoReason]) throws(OperatorError) {
        guard !tombstones.isEmpty else { return }
        let living = try catalog.ask { () throws(SQLError) in try catalog.livingStreams() }
        let gone = living.filter { tombstones[$0] != nil }
        let erased = gone.filter { tombstones[$0] == .erased }
        try catalog.change { () throws(SQLError) in
            try catalog.noteExpired(gone.filter { tombstones[$0] != .erased })
        }
        for stream in erased {
            let again = try catalog.change { () throws(SQLError) in try catalog.forget([stream]) }
            door.announce(again)
        }
    }

    /// Begins a pass over what is too old, at once.
    func retireNow(_ now: Instant) { nextPass = now }

    // MARK: Work

    /// Whether a chore is under way.
    var isBusy: Bool { !chores.isEmpty }

    /// Does a part of what is due.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - wall: the time of people.
    ///   - isCaughtUp: whether the rows are up to the archive; nothing is retired before.
    /// - Returns: when to ask again.
    func step(_ now: Instant, wall: WallTime, isCaughtUp: Bool) -> Outcome {
        if let until = failedUntil, now < until { return .rest(until - now) }
        failedUntil = nil
        do throws(OperatorError) {
            if catalog.takeErasedNews() { erase(orders.erased, isOrder: false) }
            if chores.isEmpty, isCaughtUp, now >= nextPass { try beginPass(now, wall) }
            guard let chore = chores.first else {
                return .rest(isCaughtUp ? nextPass - now : .seconds(3600))
            }
            switch try chore.step(until: now + Housekeeper.slice) {
            case .more: return .more
            case .waiting: return .rest(.seconds(1))
            case .done:
                chores.removeFirst()
                finished(chore)
                lastFailure = nil
                return .more
            }
        } catch {
            if lastFailure != error.message { Log.error(error) }
            lastFailure = error.message
            failedUntil = now + Housekeeper.delay
            return .rest(Housekeeper.delay)
        }
    }

    private func beginPass(_ now: Instant, _ wall: WallTime) throws(OperatorError) {
        nextPass = now + settings.every
        let plan = settings.plan(at: wall)
        let archive = settings.archive.map { wall + (.zero - $0) }
        // Subagents of held sessions may have come since.
        if !orders.held.isEmpty { try hold() }
        guard !plan.cutoffs.isEmpty || archive != nil else { return }
        chores.append(RetireChore(plan, archive: archive, catalog, door, wake: wake))
    }

    private func finished(_ chore: any Chore) {
        switch chore {
        case let chore as EraseChore:
            guard chore.isOrder || !chore.plan.going.isEmpty else { return }
            // The search indexes have the words of deleted rows until they are merged.
            chores.append(
                SpaceChore(catalog) { [reports] in
                    if chore.isOrder { reports.erased(chore.names, chore.summary) }
                }
            )
        case let chore as RetireChore:
            guard chore.hasChanged else { return }
            Log.notice("retention: \(chore.summary)")
            reports.retired(chore.plan, chore.summary)
            chores.append(SpaceChore(catalog))
        case let chore as SpaceChore: chore.finished()
        default: break
        }
    }
}
