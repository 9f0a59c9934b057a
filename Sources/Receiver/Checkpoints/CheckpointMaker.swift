import Catalog
import Core
import Platform
import SQL
import Settings

/// Makes checkpoints, compresses and deletes old ones; it belongs to one thread.
///
/// Where the next one begins is read from the last one, so that there is neither a gap nor a row twice, whatever was
/// interrupted. A catalog of another epoch, and a table that the last one does not have, begin from the start. So does
/// everything where checkpoints are deleted at an age and the last whole one has reached it: the folder always has all
/// rows.
final class CheckpointMaker {
    private static let pageRows = 5_000

    let folder: CheckpointFolder
    private let settings: ReceiverSettings.Checkpoints
    private let catalog: BytePath
    private let press = ZstdPress()

    init(
        _ settings: ReceiverSettings.Checkpoints,
        in path: BytePath,
        catalog: BytePath
    ) throws(OperatorError) {
        let known = FeedTable.all.map(\.name)
        if let foreign = settings.tables.first(where: { !known.contains($0) }) {
            throw OperatorError(
                .configuration,
                "\"tables\" in [checkpoints]: there is no table \(foreign)",
                remedy: "There are: \(known.joined(separator: ", "))"
            )
        }
        self.settings = settings
        self.catalog = catalog
        folder = try CheckpointFolder(path)
    }

    /// The last checkpoint that is sound; nil when there is none.
    func last() throws(OperatorError) -> CheckpointManifest? {
        for number in try folder.numbers().reversed() {
            if let manifest = try folder.manifest(number) { return manifest }
            Log.error(
                "checkpoint \(number) in \(folder.path) is damaged; the next has its rows again"
            )
        }
        return nil
    }

    // MARK: Making

    /// Makes the next checkpoint; nil when nothing has changed since the last.
    func make(now: WallTime) throws(OperatorError) -> CheckpointManifest? {
        try folder.remove(CheckpointFolder.making)
        let last = try last()
        var filter = FeedFilter()
        filter.tables = settings.tables
        let reader = try FeedReader(path: catalog, filter: filter)
        let head = try read { () throws(SQLError) in try reader.head() }
        let tables = FeedTable.all.filter { filter.includes($0) }.map(\.name)
        let former = try isWholeDue(now) || last?.epoch != head.epoch ? nil : last
        let starts = tables.map { former?.segment($0)?.through ?? 0 }
        guard starts.contains(where: { $0 < head.rev }) else { return nil }
        try folder.work { () throws(SystemError) in
            try folder.disk.makeDirectories(CheckpointFolder.making)
        }
        var writers: [String: SegmentWriter] = [:]
        for (table, start) in zip(tables, starts) {
            writers[table] = try writer(table, after: start)
        }
        for start in Set(starts).sorted() {
            let group = Set(zip(tables, starts).filter { $0.1 == start }.map { $0.0 })
            try export(group, after: start, to: head, writers)
        }
        let number = (try folder.numbers().last ?? 0) + 1
        return try finish(number, now, head.epoch, tables.compactMap { writers[$0] })
    }

    /// Whether the one that all others build on is missing or about to be deleted.
    private func isWholeDue(_ now: WallTime) throws(OperatorError) -> Bool {
        guard let whole = try folder.newestWhole() else { return true }
        return settings.keep.map { now - whole.made > $0 } ?? false
    }

    private func writer(_ table: String, after: Int64) throws(OperatorError) -> SegmentWriter {
        let segment = CheckpointManifest.Segment(table: table, after: after, through: after)
        return try folder.work { () throws(SystemError) in
            let path = CheckpointFolder.making.appending(segment.file)
            return SegmentWriter(try folder.disk.open(path, .createNew), segment)
        }
    }

    /// Writes the rows of tables that begin at the same place.
    private func export(
        _ tables: Set<String>,
        after start: Int64,
        to head: (epoch: UInt64, rev: Int64),
        _ writers: [String: SegmentWriter]
    ) throws(OperatorError) {
        var filter = FeedFilter()
        filter.tables = tables.sorted()
        let reader = try FeedReader(path: catalog, filter: filter)
        var position = start
        while position < head.rev {
            let found = try read { () throws(SQLError) in
                try reader.rows(after: position, limit: CheckpointMaker.pageRows)
            }
            guard found.epoch == head.epoch else {
                throw OperatorError(.busy, "the rows were made anew while they were exported")
            }
            try folder.work { () throws(SystemError) in
                // What only got another time is not gone.
                for row in found.rows where !row.isMove { try writers[row.table.name]?.add(row) }
            }
            guard found.through > position else { break }
            position = found.through
        }
        for table in tables { writers[table]?.reached(position) }
    }

    private func finish(
        _ number: UInt64,
        _ now: WallTime,
        _ epoch: UInt64,
        _ writers: [SegmentWriter]
    ) throws(OperatorError) -> CheckpointManifest {
        let disk = folder.disk
        let making = CheckpointFolder.making
        return try folder.work { () throws(SystemError) in
            for writer in writers {
                try writer.finish()
                try disk.setMode(making.appending(writer.segment.file), 0o440)
            }
            let manifest = CheckpointManifest(
                number: number,
                made: now,
                epoch: epoch,
                segments: writers.map(\.segment)
            )
            let path = making.appending(CheckpointManifest.name)
            try disk.replaceContents(path, Array(manifest.text.utf8))
            try disk.setMode(path, 0o440)
            try disk.synchronizeDirectory(making)
            try disk.rename(making, to: CheckpointFolder.name(number))
            try disk.synchronizeDirectory("")
            return manifest
        }
    }

    // MARK: Old ones

    /// Deletes and compresses what is old enough; the last whole one and those that build on it are never deleted.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - mayGoOn: asked between two files.
    /// - Throws: when the folder cannot be used.
    func tend(now: WallTime, mayGoOn: () -> Bool = { true }) throws(OperatorError) {
        if let keep = settings.keep, let whole = try folder.newestWhole()?.number {
            for number in try folder.numbers() where number < whole {
                guard let manifest = try folder.manifest(number), now - manifest.made > keep
                else { continue }
                try folder.remove(CheckpointFolder.name(number))
            }
        }
        guard let age = settings.compressAfter else { return }
        for number in try folder.numbers() {
            guard let manifest = try folder.manifest(number), now - manifest.made > age else {
                continue
            }
            for segment in manifest.segments {
                guard mayGoOn() else { return }
                try compress(segment, of: number)
            }
        }
    }

    /// The compressed file is complete before the other one goes; what a crash left of it is made anew.
    private func compress(
        _ segment: CheckpointManifest.Segment,
        of number: UInt64
    ) throws(OperatorError) {
        let disk = folder.disk
        let name = CheckpointFolder.name(number)
        let plain = name.appending(segment.file)
        let compressed = name.appending(segment.compressedFile)
        let temporary = name.appending(BytePath(segment.table + ".new"))
        do throws(ZstdPress.Failure) {
            let files = try open { () throws(SystemError) -> (any DiskFile, any DiskFile)? in
                guard try disk.status(plain) != nil else { return nil }
                try disk.remove(temporary)
                return (try disk.open(plain, .read), try disk.open(temporary, .createNew))
            }
            guard let (source, target) = files else { return }
            try press.compress(source, to: target)
            try open { () throws(SystemError) in
                try target.synchronize()
                try disk.setMode(temporary, 0o440)
                try disk.rename(temporary, to: compressed)
                try disk.synchronizeDirectory(name)
                try disk.remove(plain)
            }
        } catch {
            throw OperatorError(
                .fileSystem,
                "cannot compress \(folder.path.appending(plain))",
                cause: "\(error)"
            )
        }
    }

    private func open<Value>(
        _ body: () throws(SystemError) -> Value
    ) throws(ZstdPress.Failure) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw .disk(error)
        }
    }

    private func read<Value>(
        _ body: () throws(SQLError) -> Value
    ) throws(OperatorError) -> Value {
        do throws(SQLError) {
            return try body()
        } catch {
            throw OperatorError(error)
        }
    }
}
