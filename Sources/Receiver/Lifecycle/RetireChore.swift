import Catalog
import Core
import Platform
import SQL

/// One pass over rows and files that are too old.
final class RetireChore: Chore {
    /// Files that are let go at a time.
    private static let files = 256

    private enum Phase {
        case rows(CatalogWriter.RetirementPass)
        case files
        case lettingGo(LettingGo)
        case done
    }

    private let catalog: CatalogWriter
    private let door: ArchiveDoor
    private let wake: @Sendable () -> Void
    let plan: RetentionPlan
    private let archiveCutoff: WallTime?
    private var phase = Phase.rows(CatalogWriter.RetirementPass())
    private(set) var rowCount: Int64 = 0
    private(set) var fileCount = 0

    init(
        _ plan: RetentionPlan,
        archive: WallTime?,
        _ catalog: CatalogWriter,
        _ door: ArchiveDoor,
        wake: @escaping @Sendable () -> Void
    ) {
        self.plan = plan
        archiveCutoff = archive
        self.catalog = catalog
        self.door = door
        self.wake = wake
    }

    func step(until deadline: Instant) throws(OperatorError) -> ChoreProgress {
        switch phase {
        case .rows(var pass):
            try catalog.change { () throws(SQLError) in
                try catalog.retire(plan, &pass, until: deadline)
            }
            rowCount = pass.rows
            phase = pass.isDone ? .files : .rows(pass)
        case .files:
            guard let archiveCutoff else { return finish() }
            let streams = try catalog.ask { () throws(SQLError) in
                try catalog.expirable(before: archiveCutoff, limit: RetireChore.files)
            }
            guard !streams.isEmpty else { return finish() }
            phase = .lettingGo(LettingGo(streams, .released, door, sparesBusy: true))
        case .lettingGo(let letting):
            guard letting.isDone(wake: wake) else { return .waiting }
            try catalog.change { () throws(SQLError) in try catalog.noteExpired(letting.streams) }
            fileCount += letting.streams.count
            // With some that were spared, the same would be found again.
            phase = letting.streams.count == RetireChore.files ? .files : .done
        case .done: return finish()
        }
        return .more
    }

    private func finish() -> ChoreProgress {
        phase = .done
        return .done
    }

    /// Whether anything went.
    var hasChanged: Bool { rowCount > 0 || fileCount > 0 }
    /// What was done, for the audit.
    var summary: String { "\(rowCount) rows and \(fileCount) files were retired" }
}
