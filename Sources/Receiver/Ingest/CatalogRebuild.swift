import Archive
import Catalog
import Core
import Platform
import SQL
import Transcripts

/// Makes the rows anew from the archive, in a file beside the one that is read; without a thread of its own.
///
/// In this order: `take` what the archive holds, `prepare`, `take` what came meanwhile, and, while nobody writes
/// the former rows, `take` the rest and `finish`. Left before its end, nothing has changed.
final class CatalogRebuild {
    /// Bytes between two looks at whether to go on.
    private static let turnBytes: UInt64 = 32 << 20
    private static let turnFiles = 512

    private let root: BytePath
    private let catalog: CatalogWriter
    private let worker: IngestWorker
    private let memory: Rebuilding
    private let hasFormer: Bool

    /// Begins; `niceness` is that of the threads that help.
    init(
        _ root: BytePath,
        disk: any Disk,
        prices: PriceTable,
        memory: Rebuilding,
        niceness: Int32 = 0,
        names: @escaping (AgentID) -> (name: String, owner: String)
    ) throws(OperatorError) {
        self.root = root
        self.memory = memory
        catalog = try CatalogFile.begin(root, prices: prices, niceness: niceness)
        worker = try IngestWorker(catalog, disk: disk, niceness: niceness, names: names)
        hasFormer = try CatalogFile.size(root) > 0
        if hasFormer {
            try database { (former) throws(SQLError) in try catalog.inherit(from: former) }
        }
        memory.begin(catalog)
    }

    /// Makes the rows of these streams.
    ///
    /// - Parameters:
    ///   - sources: with what the archive holds of them.
    ///   - progress: takes the bytes of each stream that is done.
    ///   - mayGoOn: asked now and then; false ends it before its time.
    /// - Returns: whether all were taken.
    /// - Throws: when the new file cannot be written, or an object cannot be read.
    func take(
        _ sources: [IngestSource],
        progress: (UInt64) -> Void = { _ in },
        mayGoOn: () -> Bool = { true }
    ) throws(OperatorError) -> Bool {
        var rest = sources.sorted { $0.received < $1.received }[...]
        while !rest.isEmpty {
            guard mayGoOn() else { return false }
            var bytes: UInt64 = 0
            let turn = rest.prefix(CatalogRebuild.turnFiles).prefix { source in
                defer { bytes += source.held }
                return bytes < CatalogRebuild.turnBytes
            }
            rest = rest.dropFirst(turn.count)
            try worker.take(Array(turn)) { progress($0.held) }
        }
        return true
    }

    /// Does what takes long and need not wait until nobody writes the former rows.
    func prepare() throws(OperatorError) {
        let writing = writeAhead()
        defer { writing.join() }
        try worker.settleAnew()
        try memory.finish(catalog, now: Clock.wall())
        try database { (former) throws(SQLError) in
            if hasFormer { try catalog.compare(with: former) }
            try catalog.gather()
        }
    }

    /// Brings to the disk what is in the file already, so that `finish` waits for the rest only.
    private func writeAhead() -> Thread {
        let root = root
        return Thread.spawn(name: "write") {
            // Its end lets go of SQLite's locks, which no other process asks for. What fails here fails again at the
            // end, where it counts.
            let disk = try? LinuxDisk(root: root, links: .refuse)
            try? disk?.open(CatalogFile.building, .update).synchronize()
        }
    }

    /// Makes the new rows whole and durable; the caller lets go of this object and calls `CatalogFile.exchange`.
    ///
    /// - Parameter sources: all streams of the archive; rows of others go.
    /// - Returns: false when the former rows changed too often meanwhile.
    /// - Throws: when the new file cannot be written, or the former one cannot be read.
    func finish(_ sources: [IngestSource]) throws(OperatorError) -> Bool {
        let there = Set(sources.map(\.stream))
        var again: [StreamID] = []
        try database { (_) throws(SQLError) in
            let gone = try catalog.streams.subtracting(there)
            guard !gone.isEmpty else { return }
            try catalog.begin()
            again = try catalog.forget(gone.sorted())
            try catalog.commit()
        }
        let others = Set(again)
        _ = try take(sources.filter { others.contains($0.stream) })
        try worker.settleAnew()
        try memory.finish(catalog, now: Clock.wall())
        var isComplete = true
        try database { (former) throws(SQLError) in
            if hasFormer { isComplete = try catalog.complete(from: former) }
            if isComplete { try catalog.finish() }
        }
        return isComplete
    }

    private func database(
        _ body: (_ former: BytePath) throws(SQLError) -> Void
    ) throws(OperatorError) {
        do throws(SQLError) {
            try body(root.appending(CatalogFile.name))
        } catch {
            throw OperatorError(error)
        }
    }
}
