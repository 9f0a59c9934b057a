import Archive
import Core
import Journal
import Platform
import Shipping

/// Journal and archive after a start: everything that was acknowledged is in the archive and synced.
final class RecoveredStorage {
    let archive: Archive
    let journal: Journal
    let reader: JournalReader

    /// Brings journal and archive together; a segment of the journal is closed at `segmentBytes`.
    init(_ disk: any Disk, segmentBytes: UInt64) throws(OperatorError) {
        archive = try Archive.open(disk: disk)
        RecoveredStorage.report(archive.recovery)
        let recovery: JournalRecovery
        (journal, recovery) = try Journal.open(
            disk: disk,
            segmentBytes: segmentBytes,
            after: archive.appliedSequence,
            salt: Entropy.uint64
        )
        for range in recovery.missing {
            Log.error("journal records \(range.lowerBound) to \(range.upperBound) are missing")
        }
        JournalDamage.report(journal.index, whileRunning: false)
        reader = journal.reader(after: archive.appliedSequence)
        let applier = try RecordApplier(archive)
        var count = 0
        while let record = try reader.next() {
            try applier.apply(record)
            count += 1
            if applier.bytesWritten >= 1 << 30 { try archive.synchronize(applied: reader.consumed) }
        }
        JournalDamage.report(journal.index, whileRunning: false)
        archive.finishReplay()
        try archive.synchronize(applied: reader.consumed)
        try reader.release(upTo: reader.consumed)
        if count > 0 { Log.notice("recovered \(count) journal records into the archive") }
    }

    /// Every stream, for the rows: those that are up to date cost a look each.
    func sources() -> [IngestSource] { IngestSource.all(in: archive) }

    /// The streams whose bytes were let go, and why.
    func tombstones() -> [StreamID: LetGoReason] {
        var found: [StreamID: LetGoReason] = [:]
        archive.forEachFile { file in
            for (generation, stream) in file.generations {
                guard let number = stream.tombstone else { continue }
                let id = StreamID(file: file.id, generation: generation)
                found[id] = LetGoReason(rawValue: number) ?? .erased
            }
        }
        return found
    }

    /// What the receiver knows of every stream, from the archive.
    func ledger() -> Ledger {
        var ledger = Ledger()
        // Of several files of one path the one that has it comes last.
        archive.forEachFile { if !archive.ownsPath($0.id) { load($0, into: &ledger) } }
        archive.forEachFile { if archive.ownsPath($0.id) { load($0, into: &ledger) } }
        return ledger
    }

    private func load(_ file: FileState, into ledger: inout Ledger) {
        var streams: [Generation: Ledger.Stream] = [:]
        for (generation, stream) in file.generations {
            streams[generation] = Ledger.Stream(
                durable: stream.held,
                isRecorded: true,
                isClosed: stream.closed != nil,
                isTombstone: stream.tombstone != nil,
                isReleased: stream.tombstone == LetGoReason.released.rawValue
            )
        }
        ledger.load(
            file.id,
            Ledger.File(
                agent: file.agent,
                source: file.source,
                path: file.path,
                latest: file.generations.keys.max() ?? 0
            ),
            streams: streams
        )
    }

    private static func report(_ recovery: ArchiveRecovery) {
        for range in recovery.damage { Log.error("the manifest is damaged: \(range)") }
        for object in recovery.short {
            Log.error(
                "an object is damaged: \(object); agents will send what they still have again"
            )
        }
        if let path = recovery.setAside {
            Log.error("the manifest held no valid record and was moved to \(path)")
        }
    }
}
