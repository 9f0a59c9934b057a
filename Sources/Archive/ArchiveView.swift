import Core
import Journal
import Platform

/// The view: `archive/<agent>/<source>/<path>`, hard links to objects, for people and other programs.
///
/// 1. The latest generation that has bytes, or is closed, has the file's name, older ones `<name>~g<n>`.
///    A first generation is there as soon as it begins, so that an empty file is in the view.
/// 2. A path belongs to the file that came to it last, one that is not deleted before one that is. Other
///    files that have it too get `~<file id>` appended.
/// 3. A file in the place of a folder gives way to the folder, and gets `~<file id>` appended.
/// 4. A path that the file system refuses becomes `~<file id>` right below the source.
/// 5. A name that something else has is left alone; the next one of `ViewName.candidates` is taken.
///
/// It is derived from the index. Only names that lead to the file's own object are ever removed.
final class ArchiveView {
    /// Folders whose names changed since the last sync.
    private(set) var touched: Set<BytePath> = []

    /// Whether names may be there that a crash left of changes which are about to be made again.
    var isReplaying = true

    private let disk: any Disk
    private let index: ArchiveIndex

    init(disk: any Disk, index: ArchiveIndex) {
        self.disk = disk
        self.index = index
    }

    /// The generation that has the file's own name; nil when none is to be seen.
    static func shown(_ entry: ArchiveIndex.Entry) -> Generation? {
        entry.streams.last { isVisible($0, in: entry) }?.generation
    }

    /// Puts every generation of a file to its place.
    func place(_ id: FileID) throws(SystemError) {
        guard let entry = index.entries[id] else { return }
        for stream in entry.streams { try remove(id, entry, stream.generation, path: entry.path) }
        for stream in entry.streams { try link(id, entry, stream) }
    }

    /// Puts a generation that was not to be seen yet, and the one that had the name before it, to their
    /// places.
    func place(_ stream: StreamID, instead previous: Generation?) throws(SystemError) {
        guard let entry = index.entries[stream.file] else { return }
        if let previous { try remove(stream.file, entry, previous, path: entry.path) }
        if isReplaying { try remove(stream.file, entry, stream.generation, path: entry.path) }
        for numbered in entry.streams
        where numbered.generation == previous || numbered.generation == stream.generation {
            try link(stream.file, entry, numbered)
        }
    }

    /// Removes every name of a file at `path`, which it may have left already.
    func remove(_ id: FileID, at path: BytePath) throws(SystemError) {
        guard let entry = index.entries[id] else { return }
        for stream in entry.streams { try remove(id, entry, stream.generation, path: path) }
    }

    /// Removes everything and builds it again: files under their own names before what has something
    /// appended, so that a real name is never lost to one that was made up.
    func rebuild() throws(SystemError) {
        try clear(ViewName.folder)
        let ids = index.entries.keys.sorted()
        for ownNames in [true, false] {
            for id in ids {
                guard let entry = index.entries[id] else { continue }
                let isOwner = index.owner(of: entry.path, beside: entry) == id
                let latest = ArchiveView.shown(entry)
                for stream in entry.streams
                where (isOwner && stream.generation == latest) == ownNames {
                    try link(id, entry, stream)
                }
            }
        }
    }

    /// The names are durable by other means.
    func noteSynchronized() { touched.removeAll() }

    /// Makes the names durable.
    func synchronize() throws(SystemError) {
        for folder in touched.sorted() {
            do throws(SystemError) {
                try disk.synchronizeDirectory(folder)
            } catch {
                // A folder that became empty is gone; those above it stand in `touched` too.
                guard error.isNotFound || error.isNotDirectory else { throw error }
            }
            touched.remove(folder)
        }
    }

    private static func isVisible(
        _ stream: ArchiveIndex.Numbered,
        in entry: ArchiveIndex.Entry
    ) -> Bool {
        guard stream.state.tombstone == nil else { return false }
        return stream.state.held > 0 || stream.state.closed != nil
            || stream.generation == entry.streams.first?.generation
    }
}

// One name.
extension ArchiveView {
    private func link(
        _ id: FileID,
        _ entry: ArchiveIndex.Entry,
        _ stream: ArchiveIndex.Numbered
    ) throws(SystemError) {
        guard ArchiveView.isVisible(stream, in: entry) else { return }
        let isLatest = ArchiveView.shown(entry) == stream.generation
        let names = ViewName.candidates(
            root: ViewName.root(index.agent(entry), index.source(entry)),
            path: entry.path,
            id: id,
            older: isLatest ? nil : stream.generation,
            plain: index.owner(of: entry.path, beside: entry) == id
        )
        let object = ObjectStore.path(StreamID(file: id, generation: stream.generation))
        for name in names where try link(object, to: name, entry) {
            return
        }
    }

    /// Links `object` as `name`; false when the name is taken or impossible.
    private func link(
        _ object: BytePath,
        to name: BytePath,
        _ entry: ArchiveIndex.Entry
    )
        throws(SystemError) -> Bool
    {
        do throws(SystemError) {
            try makeFolder(name.parent, entry)
            touch(name.parent)
            try disk.link(object, to: name)
            return true
        } catch {
            if error.isExisting {
                guard let status = try disk.status(object) else { return false }
                if try leads(name, to: status) { return true }
                guard try isStale(name, entry) else { return false }
                try disk.remove(name)
                return try link(object, to: name, entry)
            }
            if error.isNotDirectory || error.isDirectory || error.isNameRefused { return false }
            // The object itself is missing: verification names it, the view goes without.
            if error.isNotFound, try disk.status(object) == nil { return false }
            throw error
        }
    }

    /// Makes a folder; a file of the same source that stands in its way gives way.
    private func makeFolder(_ folder: BytePath, _ entry: ArchiveIndex.Entry) throws(SystemError) {
        guard try statusIfAny(folder)?.kind != .directory else { return }
        do throws(SystemError) {
            try disk.makeDirectories(folder)
        } catch {
            guard error.isNotDirectory || error.isExisting, try moveAside(folder, entry)
            else { throw error }
            try disk.makeDirectories(folder)
        }
    }

    /// Notes that a folder and those above it are to be synced.
    ///
    /// Also where a name was there already: the process before this one may have made it and not come
    /// to sync it.
    private func touch(_ folder: BytePath) {
        var folder = folder
        while !folder.isEmpty {
            touched.insert(folder)
            folder = folder.parent
        }
        touched.insert("")
    }

    /// Moves the file that stands where `folder` or one above it should be; false when it is not ours.
    private func moveAside(
        _ folder: BytePath,
        _ entry: ArchiveIndex.Entry
    ) throws(SystemError)
        -> Bool
    {
        let root = ViewName.root(index.agent(entry), index.source(entry))
        guard let below = folder.relative(to: root) else { return false }
        var path = BytePath("")
        for component in below.components {
            path = path.appending(component)
            guard try disk.status(root.appending(path))?.kind == .regular else { continue }
            guard let owner = index.owner(of: path, beside: entry),
                let other = index.entries[owner], let shown = ArchiveView.shown(other)
            else { return false }
            try remove(owner, other, shown, path: path)
            guard try disk.status(root.appending(path)) == nil else { return false }
            try disk.makeDirectories(root.appending(path))
            if let stream = other.streams.last(where: { $0.generation == shown }) {
                try link(owner, other, stream)
            }
            return true
        }
        return false
    }

    /// Removes every name that one generation may have at `path`.
    private func remove(
        _ id: FileID,
        _ entry: ArchiveIndex.Entry,
        _ generation: Generation,
        path: BytePath
    ) throws(SystemError) {
        let root = ViewName.root(index.agent(entry), index.source(entry))
        let object = ObjectStore.path(StreamID(file: id, generation: generation))
        guard let status = try disk.status(object) else { return }
        touch(root.appending(path.parent))
        for older in [nil, generation] {
            let names = ViewName.candidates(
                root: root,
                path: path,
                id: id,
                older: older,
                plain: true
            )
            for name in names {
                var isOurs = try leads(name, to: status)
                if !isOurs, isReplaying { isOurs = try isStale(name, entry) }
                guard isOurs else { continue }
                try disk.remove(name)
                try removeEmpty(name.parent, below: root)
            }
        }
    }

    private func removeEmpty(_ folder: BytePath, below root: BytePath) throws(SystemError) {
        var folder = folder
        while folder.relative(to: root) != nil {
            do throws(SystemError) {
                try disk.removeDirectory(folder)
            } catch {
                guard error.isExisting else { throw error }
                return
            }
            folder = folder.parent
        }
    }

    /// Whether a name leads to the file that `object` describes.
    private func leads(_ name: BytePath, to object: FileStatus) throws(SystemError) -> Bool {
        guard let status = try statusIfAny(name) else { return false }
        return status.inode == object.inode && status.device == object.device
    }

    /// The facts of a name; nil when it is not there or impossible.
    private func statusIfAny(_ name: BytePath) throws(SystemError) -> FileStatus? {
        do throws(SystemError) {
            return try disk.status(name)
        } catch {
            if error.isNotDirectory || error.isNameRefused { return nil }
            throw error
        }
    }

    /// Whether a name is of no generation that could have it: a crash kept the link and lost the object.
    private func isStale(_ name: BytePath, _ entry: ArchiveIndex.Entry) throws(SystemError) -> Bool
    {
        guard name.lastComponent.bytes.count < Limits.nameBytes,
            let status = try statusIfAny(name), status.kind == .regular,
            let path = name.relative(to: ViewName.root(index.agent(entry), index.source(entry)))
        else { return false }
        for id in holders(of: path, entry) {
            for stream in index.entries[id]?.streams ?? [] {
                let object = ObjectStore.path(StreamID(file: id, generation: stream.generation))
                if let object = try disk.status(object), object.inode == status.inode {
                    return false
                }
            }
        }
        return true
    }

    /// The files that may have a name below the root: by their path, or by the id in the name.
    private func holders(of path: BytePath, _ entry: ArchiveIndex.Entry) -> [FileID] {
        let parts = ViewName.parse(path.lastComponent)
        let plain = parts.names.flatMap { index.group(of: entry, at: path.parent.appending($0)) }
        return plain + parts.ids
    }

    /// Removes what is in a folder; a folder that is missing is empty.
    private func clear(_ folder: BytePath) throws(SystemError) {
        guard try statusIfAny(folder)?.kind == .directory else { return }
        for entry in try disk.list(folder) {
            let path = folder.appending(entry.name)
            if entry.kind == .directory {
                try clear(path)
                try disk.removeDirectory(path)
            } else {
                try disk.remove(path)
            }
        }
        touched.insert(folder)
    }
}
