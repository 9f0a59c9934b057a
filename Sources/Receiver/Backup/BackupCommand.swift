import Archive
import Catalog
import Core
import Platform
import SQL
import Settings

/// `tailship-receiver backup FILE`: everything of the storage folder but the archive's bytes, as a file for tar(1),
/// consistent in itself, while the receiver runs or not.
///
/// The order is that of what depends on what: cursors of consumers, then the rows that they count, then the
/// enrolments, then the journal, then the manifest that says which bytes there are and from where the journal goes on. Whatever is younger than the one before it is
/// harmless; `rsync -aH` of `objects/` and `archive/` afterwards takes what is younger still. What a restored
/// receiver lacks, it asks the agents for.
///
/// The rows get an epoch of their own in the copy: from it the history of rows may go another way, so that
/// consumers begin anew, which delivers twice and changes nothing.
enum BackupCommand {
    static func run(
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) {
        let target = absolute(BytePath(arguments.rest[1]))
        // Root may write where the storage's owner may not, and only before it becomes that.
        let file = try open(target, replace: arguments.flags.contains("--force"))
        do throws(OperatorError) {
            try StorageOwner.become(settings)
            let bytes = try write(file, settings)
            _ = StandardOutput.write(
                "\(target): \(ByteCount.text(bytes))\n"
                    + "  → the archive's bytes follow: rsync -aH --delete "
                    + "\(settings.storage.directory)/{objects,archive} BACKUP/\n"
            )
        } catch {
            remove(target)
            throw error
        }
    }

    private static func absolute(_ path: BytePath) -> BytePath {
        path.isAbsolute ? path : BytePath(Host.environment("PWD") ?? "/").appending(path)
    }

    private static func open(
        _ path: BytePath,
        replace: Bool
    ) throws(OperatorError) -> any DiskFile {
        do throws(SystemError) {
            let disk = try LinuxDisk(root: "/", links: .follow)
            if replace { try disk.remove(path) }
            return try disk.open(path, .createNew)
        } catch {
            throw OperatorError(
                .fileSystem,
                "cannot write \(path)",
                remedy: error.isExisting
                    ? "It is there already: --force replaces it."
                    : "Name a file in a folder that you may write to.",
                cause: error.reason
            )
        }
    }

    /// Half a backup is none.
    private static func remove(_ path: BytePath) {
        do throws(SystemError) {
            try LinuxDisk(root: "/", links: .follow).remove(path)
        } catch {
            Log.warning("\(path) is not whole and could not be removed: \(error.reason)")
        }
    }

    // MARK: Writing

    /// - Returns: the bytes of the file.
    private static func write(
        _ file: any DiskFile,
        _ settings: ReceiverSettings
    ) throws(OperatorError) -> UInt64 {
        let root = settings.storage.directory
        guard Host.realPath(root.appending("receiver.db")) != nil else {
            throw OperatorError(
                .input,
                "\(root) holds no receiver's storage",
                remedy: "Name its configuration with --config, or its directory in [storage]."
            )
        }
        let disk = try StorageFolder.open(root)
        let owner = try OperatorError.system(.storage, "look at \(root)") {
            () throws(SystemError) in
            try Owner.of(root) ?? Owner.current
        }
        let tar = TarWriter(file, owner: owner, time: Clock.wall())
        let scratch = BytePath("backup-\(Host.processID)")
        defer { clear(scratch, disk) }
        try StorageFolder.storage("write the backup") { () throws(SystemError) in
            try disk.makeDirectories(scratch)
            try tar.file("BACKUP", note(settings))
        }
        for name in [ConsumerStore.name, CatalogFile.name, BytePath("receiver.db")]
        where Host.realPath(root.appending(name)) != nil {
            try copy(name, scratch, root, disk, tar)
        }
        try StorageFolder.storage("write the backup") { () throws(SystemError) in
            try tar.folder("authority")
            for name in try disk.list("authority").map(\.name).sorted() {
                let path = BytePath("authority").appending(name)
                if let bytes = try disk.contents(path) { try tar.file(path.description, bytes) }
            }
            try addJournal(to: tar, disk)
            // The file that is open stays whole when another takes its place.
            let manifest = try disk.open("manifest/current", .read)
            try tar.folder("manifest")
            try tar.file("manifest/current", manifest, size: try manifest.status().size)
            try tar.finish()
        }
        return tar.length
    }

    /// What is acknowledged and not in the manifest yet; a segment that goes meanwhile is in the manifest that follows.
    private static func addJournal(
        to tar: TarWriter,
        _ disk: LinuxDisk
    ) throws(SystemError) {
        let folder: BytePath = "journal"
        guard try disk.status(folder) != nil else { return }
        try tar.folder(folder.description)
        for name in try disk.list(folder).map(\.name).sorted() {
            let path = folder.appending(name)
            let file: any DiskFile
            do throws(SystemError) {
                file = try disk.open(path, .read)
            } catch {
                guard error.isNotFound else { throw error }
                continue
            }
            try tar.file(path.description, file, size: try file.status().size)
        }
    }

    private static func copy(
        _ name: BytePath,
        _ scratch: BytePath,
        _ root: BytePath,
        _ disk: LinuxDisk,
        _ tar: TarWriter
    ) throws(OperatorError) {
        let path = root.appending(name)
        let copy = scratch.appending(name)
        // The rows are behind a link.
        let size = try StorageFolder.storage("look at \(path)") { () throws(SystemError) in
            try LinuxDisk(root: "/", links: .follow).statusFollowingLinks(path)?.size ?? 0
        }
        if let room = Host.room(root), room.bytes < size {
            throw OperatorError(
                .storage,
                "there is no room in \(root) for a copy of \(name) (\(ByteCount.text(size)))",
                remedy: "Make room; or leave the backup to a time when the receiver is stopped."
            )
        }
        do throws(SQLError) {
            try Connection(path: path, mode: .readOnly).copy(to: root.appending(copy))
            if name == CatalogFile.name { try CatalogWriter.renewEpoch(root.appending(copy)) }
        } catch {
            throw OperatorError(error)
        }
        try StorageFolder.storage("write the backup") { () throws(SystemError) in
            let file = try disk.open(copy, .read)
            try tar.file(name.description, file, size: try file.status().size)
            try disk.remove(copy)
        }
    }

    private static func clear(_ scratch: BytePath, _ disk: LinuxDisk) {
        do throws(SystemError) {
            for entry in try disk.list(scratch) { try disk.remove(scratch.appending(entry.name)) }
            try disk.removeDirectory(scratch)
        } catch {
            Log.warning("\(scratch) could not be removed: \(error.reason)")
        }
    }

    private static func note(_ settings: ReceiverSettings) -> [UInt8] {
        let text = """
            tailship-receiver \(Hub.version), \(Clock.wall().iso8601), of \(settings.storage.directory)

            To restore: stop the receiver; put objects/ and archive/ of the same or a later time into the storage
            folder (rsync -aH); unpack this file there (tar -xpf FILE -C FOLDER); give everything to the receiver's user (chown -R tailship: FOLDER); start it. What it lacks, agents send again.

            """
        return Array(text.utf8)
    }
}
