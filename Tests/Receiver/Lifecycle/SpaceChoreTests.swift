import Catalog
import Core
import Platform
import SQL
import Testing

@testable import Receiver

@Suite("Space") struct SpaceChoreTests {
    /// Pages that one slice gives back at most.
    private static let pages: Int64 = 128

    @Test("It comes back a slice at a time, and others may write in between")
    func slices() throws {
        let stage = try IngestStage()
        let worker = try stage.worker()
        let sources = try LikelySessions(seed: 2, bytes: 3 << 20).files.map { file in
            try stage.archive(file)
            return try stage.source(file, isClosed: true)
        }
        try worker.take(sources)
        worker.catalog.emptyLog()
        let before = try stage.catalogBytes()
        try worker.catalog.change { () throws(SQLError) in
            _ = try worker.catalog.forget(sources.map(\.stream))
        }
        let chore = SpaceChore(worker.catalog)
        let other = try stage.writer()
        var slices = 0
        var largest: Int64 = 0
        var progress = ChoreProgress.more
        while case .more = progress {
            let free = try worker.catalog.freePages
            // The time is over before it begins: it does as little as it can.
            progress = try chore.step(until: Instant(nanoseconds: 0))
            slices += 1
            largest = max(largest, free - (try worker.catalog.freePages))
            try other.execute("BEGIN IMMEDIATE")
            try other.execute("COMMIT")
        }
        #expect(try worker.catalog.freePages == 0)
        #expect(largest > 0 && largest <= Self.pages, "\(largest) pages at once")
        #expect(slices > 4)
        #expect(try stage.catalogBytes() < before / 2)
    }
}
