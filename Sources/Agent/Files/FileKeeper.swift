import Core
import Platform
import SQL
import Tailing

/// The agent's files: what is on the disk, what is remembered of it, and the bytes in between.
///
/// It carries out what `TailRules` decides. Nothing about an idle file stays in memory: the store has it.
/// One thread uses it, and no call blocks for longer than a few MiB take to read; what takes longer goes
/// on in `work`. After an `SQLError` the owner calls `forgetUncommitted` and scans all sources again.
///
/// In the state folder: `held/<number>`, a hard link to each followed file, made before the file is
/// remembered; `snapshots/<number>`, a copy of each file that is rewritten whole. They are never renamed,
/// so that a crash that takes the last changes of the store leaves the older ones true.
package final class FileKeeper {
    /// Sources that are followed, as given.
    package let sources: [WatchedSource]
    /// What is wrong with which path now.
    package internal(set) var problems = Problems()
    /// Told of everything that happens in a call, while it runs.
    package weak var observer: (any FileObserver)?

    let disk: any Disk
    let folder: BytePath
    let store: CheckpointStore
    let settings: KeeperSettings
    var files: OpenFiles
    var jobs: [StreamNumber: ContentJob] = [:]
    /// The order in which jobs are worked on.
    var jobQueue: [StreamNumber] = []
    /// The streams that the running scan has met.
    var marks: NumberSet?
    /// Whether the running call found streams that were not announced one by one.
    var hasFoundHistory = false
    /// Sources on another file system than the state folder.
    var sourcesWithoutHold: Set<String> = []
    /// Whether the next copy does not fit before one is verified and let go.
    var copiesWaitForRoom = false
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    private(set) var lastNumber: StreamNumber = 0
    /// Bytes that comparisons have read since the start.
    package internal(set) var comparedBytes: UInt64 = 0

    /// Prepares the folders for held files and copies.
    ///
    /// - Parameters:
    ///   - disk: the whole file system: its root is "/", and it follows links.
    ///   - state: the absolute path of the state folder.
    ///   - store: configured with the names of the sources.
    ///   - sources: what is followed.
    ///   - settings: the bounds.
    /// - Throws: when the state folder cannot be used.
    package init(
        disk: any Disk,
        state: BytePath,
        store: CheckpointStore,
        sources: [WatchedSource],
        settings: KeeperSettings = KeeperSettings()
    ) throws(OperatorError) {
        self.disk = disk
        self.folder = state
        self.store = store
        self.sources = sources
        self.settings = settings
        self.files = OpenFiles(limit: settings.openFiles)
        try prepareState()
    }

    deinit { scratch.deallocate() }

    /// The source of that name.
    package func source(_ name: String) -> WatchedSource? { sources.first { $0.name == name } }

    /// Drops what depends on changes that the store undid.
    package func forgetUncommitted() {
        store.discard()
        files.closeAll()
        jobs = [:]
        jobQueue = []
        marks = nil
    }

    /// Where the state folder holds the bytes of a stream.
    func holdPath(_ record: StreamRecord) -> BytePath? {
        record.hold.map { record.state == .snapshot ? copyPath($0) : heldPath($0) }
    }

    func heldPath(_ number: StreamNumber) -> BytePath {
        folder.appending(BytePath("held/\(number)"))
    }

    func copyPath(_ number: StreamNumber) -> BytePath {
        folder.appending(BytePath("snapshots/\(number)"))
    }

    /// A number that no stream and no file in the state folder has.
    func takeNumber() -> StreamNumber {
        lastNumber += 1
        return lastNumber
    }

    private func prepareState() throws(OperatorError) {
        do throws(SystemError) {
            try disk.makeDirectories(folder.appending("held"))
            try disk.makeDirectories(folder.appending("snapshots"))
        } catch {
            throw OperatorError(
                .fileSystem,
                "the state folder \(folder) cannot be used",
                remedy: "give the user that runs the agent write access to it",
                cause: error.description
            )
        }
        do throws(SQLError) {
            lastNumber = try store.lastStream()
            let (held, copies) = (heldNumbers("held"), heldNumbers("snapshots"))
            lastNumber = max(lastNumber, held.max() ?? 0, copies.max() ?? 0)
            try reattach(held: held, copies: copies)
        } catch {
            throw OperatorError(error)
        }
    }
}

extension Sighting {
    /// What a look at a regular file showed; nil for anything else.
    init?(_ status: FileStatus?) {
        guard let status, status.kind == .regular else { return nil }
        self.init(
            key: FileKey(device: status.device, inode: status.inode),
            size: status.size,
            modified: status.modified,
            changed: status.changed
        )
    }
}
