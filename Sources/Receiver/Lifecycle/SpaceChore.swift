import Catalog
import Core
import Platform
import SQL

/// Gives back what deleted rows took: merges the search indexes, which still have their words, then shortens the file.
final class SpaceChore: Chore {
    /// Pages that one merge writes, and that are given back at a time: some milliseconds of work.
    private static let mergePages = 64
    private static let pages = 128

    private enum Phase {
        case merging(hasBegun: Bool)
        case shortening
        case emptying(attempts: Int)
    }

    private let catalog: CatalogWriter
    /// To be called when it is done.
    let finished: () -> Void
    private var phase = Phase.merging(hasBegun: false)

    init(_ catalog: CatalogWriter, finished: @escaping () -> Void = {}) {
        self.catalog = catalog
        self.finished = finished
    }

    func step(until deadline: Instant) throws(OperatorError) -> ChoreProgress {
        repeat {
            if try isDone() { return .done }
        } while Clock.monotonic() < deadline
        return .more
    }

    private func isDone() throws(OperatorError) -> Bool {
        switch phase {
        case .merging(let hasBegun):
            let isMore = try catalog.change { () throws(SQLError) in
                try catalog.mergeSearch(pages: SpaceChore.mergePages, begins: !hasBegun)
            }
            phase = isMore || !hasBegun ? .merging(hasBegun: true) : .shortening
        case .shortening:
            let isMore = try catalog.ask { () throws(SQLError) in
                guard try catalog.freePages > 0 else { return false }
                try catalog.giveBack(pages: SpaceChore.pages)
                return true
            }
            if !isMore { phase = .emptying(attempts: 20) }
        case .emptying(let attempts):
            if catalog.emptyLog() || attempts == 0 {
                // An erasure has switched it on, and is done with this.
                try catalog.ask { () throws(SQLError) in try catalog.overwriteDeleted(false) }
                return true
            }
            phase = .emptying(attempts: attempts - 1)
        }
        return false
    }
}
