import Core
import Platform
import SQL
import Tailing

extension FileKeeper {
    /// Folders below folders that are followed; a chain of links cannot lead further.
    private static var depth: Int { 64 }

    /// The first look at everything: scans all sources and settles what a crash left behind.
    @discardableResult
    package func start(at now: WallTime) throws(SQLError) -> ScanSummary {
        var summary = ScanSummary()
        for source in sources { try scan(source, at: now, &summary) }
        try adoptOrphans(at: now)
        announceHistory()
        return summary
    }

    /// Looks at every file of a source: at the start, after lost events, and now and then for safety.
    @discardableResult
    package func scan(_ name: String, at now: WallTime) throws(SQLError) -> ScanSummary {
        var summary = ScanSummary()
        if let source = source(name) { try scan(source, at: now, &summary) }
        announceHistory()
        return summary
    }

    /// Follows up on an event at a path below the root of a source; the empty path is the root itself.
    package func pathChanged(
        _ name: String,
        _ path: BytePath,
        at now: WallTime
    ) throws(SQLError) {
        guard let source = source(name) else { return }
        if path.isEmpty {
            var summary = ScanSummary()
            try scan(source, at: now, &summary)
        } else {
            try lookAtChange(Visit(source: source, path: path, now: now, isEvent: true))
        }
        announceHistory()
    }

    /// Follows up on a rename within a source.
    ///
    /// It is the same as two changed paths, the new one first, which matters to files that cannot be held.
    package func moved(
        _ name: String,
        from old: BytePath,
        to new: BytePath,
        at now: WallTime
    ) throws(SQLError) {
        try pathChanged(name, new, at: now)
        try pathChanged(name, old, at: now)
    }

    // MARK: Walking

    private func scan(
        _ source: WatchedSource,
        at now: WallTime,
        _ summary: inout ScanSummary
    ) throws(SQLError) {
        problems.clear(below: source.root)
        marks = NumberSet()
        defer { marks = nil }
        // Without its root every file would seem to be deleted: a home that is not mounted, say.
        guard (try? disk.statusFollowingLinks(source.root))?.kind == .directory else {
            // Of most presets this user does not have the tool.
            var isExpected = !isMissing(source.root)
            try store.eachCurrent(source.name) { _ in isExpected = true }
            if isExpected {
                problems.record(source.root, "the folder is not there, or not to be read")
            }
            observer?.willList(source.root, of: source.name)
            return
        }
        try walk(source, from: BytePath([]), at: now, &summary)
        var unseen: [StreamNumber] = []
        try store.eachCurrent(source.name) { number in
            if marks?.contains(number) == false { unseen.append(number) }
        }
        for number in unseen { try lookAgain(number, source, at: now) }
    }

    private func walk(
        _ source: WatchedSource,
        from start: BytePath,
        at now: WallTime,
        _ summary: inout ScanSummary
    ) throws(SQLError) {
        var waiting = [start]
        var visited: Set<FileKey> = []
        while let folder = waiting.popLast() {
            let path = source.absolute(folder)
            if source.followsLinks {
                guard let status = (try? disk.statusFollowingLinks(path)) ?? nil,
                    folder.components.count < FileKeeper.depth,
                    visited.insert(FileKey(device: status.device, inode: status.inode)).inserted
                else { continue }
            }
            observer?.willList(path, of: source.name)
            summary.folders += 1
            for entry in list(path) {
                let name = folder.appending(entry.name)
                let visit = Visit(source: source, path: name, now: now, isEvent: false)
                if try lookAtEntry(visit, entry, &summary) { waiting.append(name) }
            }
        }
    }

    /// Looks at a name in a folder; true when it is a folder to walk.
    private func lookAtEntry(
        _ visit: Visit,
        _ entry: DirectoryEntry,
        _ summary: inout ScanSummary
    ) throws(SQLError) -> Bool {
        switch entry.kind {
        case .directory: return visit.source.mayContain(visit.path)
        case .special: return false
        case .regular, .symbolicLink:
            guard entry.kind == .regular || visit.source.followsLinks else { return false }
            let isFile = visit.source.decide(visit.path) != .excluded
            guard isFile || entry.kind == .symbolicLink else { return false }
            guard let found = facts(visit), let status = found else { return false }
            if status.kind == .directory { return visit.source.mayContain(visit.path) }
            guard isFile else { return false }
            summary.files += 1
            try look(visit, status)
            return false
        }
    }

    private func list(_ path: BytePath) -> [DirectoryEntry] {
        do throws(SystemError) {
            let entries = try disk.list(path)
            problems.clear(path)
            return entries
        } catch {
            problems.record(path, "the folder cannot be listed: \(error.reason)")
            return []
        }
    }

    /// What is at the path, which may be nothing; the outer nil when that cannot be told: a problem.
    private func facts(_ visit: Visit) -> FileStatus?? {
        do throws(SystemError) {
            return .some(try status(visit.absolute, of: visit.source))
        } catch {
            problems.record(visit.absolute, "it cannot be looked at: \(error.reason)")
            return nil
        }
    }

    // MARK: Single paths

    private func lookAtChange(_ visit: Visit) throws(SQLError) {
        guard let found = facts(visit) else { return }
        if found?.kind == .directory, visit.source.mayContain(visit.path) {
            var summary = ScanSummary()
            try walk(visit.source, from: visit.path, at: visit.now, &summary)
        }
        try look(visit, found)
        if found?.kind != .regular {
            // A folder that is gone, or took the place of another, has taken its files with it.
            for number in try store.current(visit.source.name, below: visit.path) {
                try lookAgain(number, visit.source, at: visit.now)
            }
        }
    }

    /// Looks at a stream that the walk did not meet.
    private func lookAgain(
        _ number: StreamNumber,
        _ source: WatchedSource,
        at now: WallTime
    ) throws(SQLError) {
        guard let record = try store.stream(number), record.isCurrent,
            record.source == source.name
        else { return }
        if source.decide(record.path) == .excluded { return try drop(record) }
        let visit = Visit(source: source, path: record.path, now: now, isEvent: false)
        guard let found = facts(visit) else { return }
        try look(visit, found)
    }

    func announceHistory() {
        guard hasFoundHistory else { return }
        hasFoundHistory = false
        observer?.foundHistory()
    }
}
