import Core
import Journal
import Platform

/// The archive: every file byte for byte, every generation of it, and the view of plain files.
///
/// 1. `apply` and `append` bring in what the journal holds, in its order; bringing in again what is
///    there already changes nothing.
/// 2. `synchronize` makes all of it durable: the objects, then the names, then the manifest with the
///    held offsets and the journal's sequence. Up to that sequence the journal may be released.
/// 3. After a crash, `open` takes what the manifest says; what is missing is replayed from the journal.
///
/// A failed sync leaves it uncertain what is on the disk: from then on every call fails, and the archive
/// must be opened again and the journal replayed from `appliedSequence`.
///
/// Not thread-safe: one thread owns it. `read` and `objectPath` are for that thread as well; others open
/// objects themselves, as a generation only grows and its bytes never change.
package final class Archive {
    /// What was found when the archive was opened.
    package let recovery: ArchiveRecovery

    let disk: any Disk
    let index: ArchiveIndex
    let view: ArchiveView
    let objects: ObjectStore
    let manifest: Manifest
    let options: ArchiveOptions

    /// Generations whose held offset is not in the manifest yet.
    var changed: Set<StreamID> = []
    /// Folders below `objects` whose names are not durable yet.
    var folders: Set<BytePath> = []
    /// Objects to delete once the manifest says that they were let go.
    var removals: Set<StreamID> = []
    /// Files that could not be put to their place in the view, with paths that they may still have there.
    var misplaced: [FileID: Set<BytePath>] = [:]
    private(set) var unsyncedBytes: UInt64 = 0
    private var failure: OperatorError?

    /// Opens the archive below the disk's root, making it if it is missing.
    ///
    /// Damage is no error: it is in `recovery`, and the rest is served.
    /// - Parameters:
    ///   - disk: its root is the storage folder.
    ///   - options: limits of memory and descriptors.
    ///   - salt: random numbers for manifests, which nobody outside can guess.
    /// - Returns: the archive as the manifest has it, before the journal is replayed.
    /// - Throws: `.storage` when the manifest cannot be read or written.
    package static func open(
        disk: any Disk,
        options: ArchiveOptions = ArchiveOptions(),
        salt: @escaping () -> UInt64 = { .random(in: .min ... .max) }
    ) throws(OperatorError) -> Archive {
        let index = ArchiveIndex()
        var recovery = ArchiveRecovery()
        let manifest = try Manifest(disk: disk, salt: salt, recovery: &recovery) { event in
            index.load(event)
        }
        let leftovers: Set<StreamID>
        let unseen: Set<FileID>
        do throws(SystemError) {
            (recovery.short, unseen) = try index.limitHeld(disk)
            leftovers = try index.leftovers(disk)
        } catch {
            throw OperatorError.storage("cannot look at the objects", error)
        }
        let archive = Archive(disk, index, manifest, options, recovery, leftovers)
        // A name that could not be made before the archive was closed is made at the next sync.
        for file in unseen { archive.misplaced[file] = [] }
        return archive
    }

    private init(
        _ disk: any Disk,
        _ index: ArchiveIndex,
        _ manifest: Manifest,
        _ options: ArchiveOptions,
        _ recovery: ArchiveRecovery,
        _ removals: Set<StreamID>
    ) {
        self.disk = disk
        self.index = index
        self.manifest = manifest
        self.options = options
        self.recovery = recovery
        self.removals = removals
        objects = ObjectStore(disk: disk, capacity: options.openObjects)
        view = ArchiveView(disk: disk, index: index)
    }

    /// The journal's sequence up to which everything is durable here.
    package var appliedSequence: UInt64 { manifest.appliedSequence }

    /// Bytes that were appended since the last `synchronize`.
    package var bytesToSynchronize: UInt64 { unsyncedBytes }

    /// The number of files.
    package var fileCount: Int { index.entries.count }
    /// Bytes of all generations that were not let go.
    package var heldBytes: UInt64 {
        index.entries.values.reduce(0) { sum, entry in
            entry.streams.reduce(sum) { $0 + ($1.state.tombstone == nil ? $1.state.held : 0) }
        }
    }

    /// What is known of a file; nil for an unknown id.
    package func file(_ id: FileID) -> FileState? { index.file(id) }

    /// What is known of a generation; nil for an unknown one.
    package func stream(_ id: StreamID) -> StreamState? { index.stream(id) }

    /// The files that have this path now, in no order.
    package func files(agent: AgentID, source: String, path: BytePath) -> [FileID] {
        index.files(agent: agent, source: source, path: path)
    }

    /// Whether a file is the one that its path belongs to, of all that have it: one that is not deleted
    /// before one that is, then the last that came.
    package func ownsPath(_ file: FileID) -> Bool {
        guard let entry = index.entries[file] else { return false }
        return index.owner(of: entry.path, beside: entry) == file
    }

    /// Gives every file to `body`, in no order; one is made at a time.
    package func forEachFile(_ body: (FileState) -> Void) {
        for (id, entry) in index.entries { body(index.state(id, entry)) }
    }

    /// Where a generation's bytes are, below the storage folder.
    package static func objectPath(_ stream: StreamID) -> BytePath { ObjectStore.path(stream) }

    /// Removes the view and builds it again from the manifest; durable with the next `synchronize`.
    package func rebuildView() throws(OperatorError) {
        try work("cannot rebuild the view") { () throws(SystemError) in try view.rebuild() }
        misplaced.removeAll()
    }

    /// Says that all of the journal was brought in that was there when the archive was opened.
    ///
    /// Until then the view is searched for what a crash may have left of later changes to it.
    package func finishReplay() { view.isReplaying = false }

    /// Fails when an earlier sync has.
    func requireSound() throws(OperatorError) {
        if let failure { throw failure }
    }

    /// Runs calls on the disk after which the archive is sound even when they fail.
    func work<Result>(
        _ message: String,
        _ body: () throws(SystemError) -> Result
    )
        throws(OperatorError) -> Result
    {
        try requireSound()
        do throws(SystemError) {
            return try body()
        } catch {
            throw OperatorError.storage(message, error)
        }
    }

    /// Runs calls on the disk after whose failure nothing is certain.
    func settle(_ message: String, _ body: () throws(SystemError) -> Void) throws(OperatorError) {
        do throws(SystemError) {
            try body()
        } catch {
            let failed = OperatorError.storage(message, error)
            failure = failed
            throw failed
        }
    }

    func count(bytes: Int) { unsyncedBytes += UInt64(bytes) }
    func countSynchronized() { unsyncedBytes = 0 }
}
