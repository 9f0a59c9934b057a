import Archive
import Core
import Journal
import Platform
import TLS
import Wire

/// What the archivist works with: the archive, the journal's reader, and who is told of changes.
///
/// It belongs to one thread at a time.
final class Workshop {
    private(set) var archive: Archive
    private(set) var applier: RecordApplier
    private(set) var reader: JournalReader
    private let index: JournalIndex
    private let disk: any Disk
    /// Turns what changed into rows; nil where there are none.
    private let ingest: Ingest?

    init(
        disk: any Disk,
        archive: Archive,
        reader: JournalReader,
        index: JournalIndex,
        ingest: Ingest? = nil
    ) throws(OperatorError) {
        self.disk = disk
        self.archive = archive
        self.reader = reader
        self.index = index
        self.ingest = ingest
        applier = try RecordApplier(archive)
    }

    /// Makes durable what was applied.
    ///
    /// `unapplied` is the record that the reader gave last, when it could not be applied.
    func synchronize(unapplied: StoredRecord? = nil) throws(OperatorError) {
        let sequence = unapplied.map { $0.sequence - 1 } ?? reader.consumed
        try archive.synchronize(applied: sequence)
        applier.synced()
    }

    /// Lets the journal go up to what was synced.
    func release() throws(OperatorError) { try reader.release(upTo: archive.appliedSequence) }

    /// Logs what the reader found damaged.
    func reportDamage() { JournalDamage.report(index, whileRunning: true) }

    /// Tells of the streams that changed since the last call: their bytes are durable, in the journal at least.
    func announce() {
        let fresh = applier.takeFresh()
        ingest?.letGo(fresh.filter { archive.stream($0)?.tombstone != nil })
        // A generation is closed by the one that follows it, which nothing else tells of.
        let former = Set(fresh.flatMap(former)).subtracting(fresh)
        ingest?.changed(fresh.union(former).compactMap { IngestSource($0, in: archive) })
    }

    /// The generation that this one follows, and those between that were only begun.
    private func former(_ stream: StreamID) -> [StreamID] {
        var former: [StreamID] = []
        var generation = stream.generation
        while generation > 1 {
            generation -= 1
            let earlier = StreamID(file: stream.file, generation: generation)
            former.append(earlier)
            if archive.stream(earlier)?.isMoreThanBegun ?? false { break }
        }
        return former
    }

    /// Tells of these streams again although nothing came: their rows are to be made anew.
    func note(_ streams: [StreamID]) {
        for stream in streams { applier.note(stream) }
    }

    /// Begins anew from what is durable.
    func reopen() throws(OperatorError) {
        let archive = try Archive.open(disk: disk)
        applier = try RecordApplier(archive)
        reader = JournalReader(
            disk: disk,
            directory: "journal",
            index: index,
            after: archive.appliedSequence
        )
        self.archive = archive
    }

    /// Compares a claim with what the archive holds now.
    func answer(_ claim: DigestClaim) -> Message {
        let held = archive.stream(claim.stream)?.held ?? 0
        var mine = claim
        do throws(OperatorError) {
            let length = min(claim.length, held)
            guard
                let digest = try archive.digest(
                    of: claim.stream,
                    length: length,
                    hasher: SHA256Blocks()
                )
            else { return .refused(Refusal(.unknownStream, "the archive lacks \(claim.stream)")) }
            mine.length = length
            mine.digest = digest
        } catch {
            return .refused(Refusal(.notNow, error.message))
        }
        guard mine == claim else {
            Log.warning("the archive's copy of \(claim.stream) differs from the agent's file")
            return .mismatch(mine)
        }
        Hub.attempt("note a verified digest") { () throws(OperatorError) in
            applier.note(claim.stream)
            _ = try archive.apply(
                .verified(stream: claim.stream, length: claim.length, digest: claim.digest)
            )
        }
        return .verified(mine)
    }
}
