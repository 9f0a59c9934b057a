import Core
import Platform

// Events.
extension Archive {
    /// Brings in one event of the journal.
    /// - Returns: what it did; an event that cannot be is refused and changes nothing.
    /// - Throws: `.storage`; the event may be brought in again.
    package func apply(_ event: ArchiveEvent) throws(OperatorError) -> ArchiveOutcome {
        try requireSound()
        let outcome = index.judge(event)
        guard outcome == .applied else { return outcome }
        switch event {
        case .fileCreated(let file, _, _, let path, _):
            let owner = owner(of: path, after: event)
            record(event)
            replace(owner, unless: file)
        case .generationBegan(let stream, _, _, _, _):
            try begin(stream, event)
        case .renamed(let file, let path, _):
            rename(file, to: path, event)
        case .deleted(let file, _):
            delete(file, event)
        case .closed(let stream, _):
            let previous = shown(stream.file)
            record(event)
            reveal(stream, shown: previous)
        case .tombstone(let stream, _, _, _):
            letGo(stream, event)
        case .verified, .held, .applied:
            record(event)
        }
        return .applied
    }

    func shown(_ file: FileID) -> Generation? {
        index.entries[file].flatMap(ArchiveView.shown)
    }

    /// Puts a generation into the view that may be visible now, and the one that was shown before it.
    func reveal(_ stream: StreamID, shown previous: Generation?) {
        let replaced = shown(stream.file) == previous ? nil : previous
        show(stream.file) { () throws(SystemError) in
            try view.place(stream, instead: replaced)
        }
    }

    /// Changes the view; where that fails it is done again at the next `synchronize`, as the event
    /// itself is not in doubt.
    func show(
        _ file: FileID,
        leaving path: BytePath? = nil,
        _ body: () throws(SystemError) -> Void
    ) {
        do throws(SystemError) {
            try body()
        } catch {
            misplaced[file, default: []].formUnion(path.map { [$0] } ?? [])
        }
    }

    private func record(_ event: ArchiveEvent) {
        _ = index.load(event)
        manifest.append(event)
    }

    private func begin(_ stream: StreamID, _ event: ArchiveEvent) throws(OperatorError) {
        try work("cannot make the object \(ObjectStore.path(stream))") { () throws(SystemError) in
            try objects.create(stream)
        }
        folders.insert(ObjectStore.folder)
        folders.insert(ObjectStore.folder(stream.file))
        folders.insert("")
        let previous = shown(stream.file)
        record(event)
        reveal(stream, shown: previous)
    }

    private func rename(_ file: FileID, to path: BytePath, _ event: ArchiveEvent) {
        guard let old = index.entries[file] else { return }
        let others = index.group(of: old).filter { $0 != file }
        show(file, leaving: old.path) { () throws(SystemError) in
            try view.remove(file, at: old.path)
        }
        let owner = owner(of: path, after: event)
        record(event)
        for other in others { show(other) { () throws(SystemError) in try view.place(other) } }
        replace(owner, unless: file)
        show(file) { () throws(SystemError) in try view.place(file) }
    }

    private func delete(_ file: FileID, _ event: ArchiveEvent) {
        guard let entry = index.entries[file] else { return }
        let before = index.owner(of: entry.path, beside: entry)
        record(event)
        guard let after = index.owner(of: entry.path, beside: entry), after != before else {
            return
        }
        replace(before, unless: after)
        show(after) { () throws(SystemError) in try view.place(after) }
    }

    private func letGo(_ stream: StreamID, _ event: ArchiveEvent) {
        guard let entry = index.entries[stream.file] else { return }
        show(stream.file, leaving: entry.path) { () throws(SystemError) in
            try view.remove(stream.file, at: entry.path)
        }
        record(event)
        removals.insert(stream)
        changed.remove(stream)
        show(stream.file) { () throws(SystemError) in try view.place(stream.file) }
    }

    /// Who has the path that an event is about to give to a file; nil when it is free.
    private func owner(of path: BytePath, after event: ArchiveEvent) -> FileID? {
        switch event {
        case .fileCreated(_, let agent, let source, let path, _):
            index.files(agent: agent, source: source, path: path).first.flatMap { id in
                index.entries[id].flatMap { index.owner(of: path, beside: $0) }
            }
        case .renamed(let file, let path, _):
            index.entries[file].flatMap { index.owner(of: path, beside: $0) }
        default: nil
        }
    }

    /// Moves the one that had a path out of the way of the one that has it now.
    private func replace(_ old: FileID?, unless file: FileID) {
        guard let old, old != file else { return }
        show(old) { () throws(SystemError) in try view.place(old) }
    }
}
