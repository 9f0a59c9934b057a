import Archive
import Core
import Journal
import Platform

/// What the archivist works with: the archive, the journal's reader, and the table of files.
///
/// It belongs to one thread at a time.
final class Workshop {
    private(set) var archive: Archive
    private(set) var applier: RecordApplier
    private(set) var reader: JournalReader
    private let index: JournalIndex
    private let disk: any Disk
    private let catalog: FileCatalog

    init(
        disk: any Disk,
        archive: Archive,
        reader: JournalReader,
        index: JournalIndex,
        catalog: FileCatalog
    ) throws(OperatorError) {
        self.disk = disk
        self.archive = archive
        self.reader = reader
        self.index = index
        self.catalog = catalog
        applier = try RecordApplier(archive)
    }

    /// Makes durable what was applied, and lets the journal go up to there.
    func synchronize() throws(OperatorError) {
        let sequence = reader.consumed
        try archive.synchronize(applied: sequence)
        try catalog.update(applier.takeTouched(), from: archive)
        // What only the catalog brought up, a verified digest say, goes with the next sync.
        try reader.release(upTo: archive.appliedSequence)
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
}
