import Core
import Platform

// Events, without any disk.
extension ArchiveIndex {
    /// What an event of the journal would do.
    func judge(_ event: ArchiveEvent) -> ArchiveOutcome {
        switch event {
        case .fileCreated(let file, _, let source, let path, _):
            guard entries[file] == nil else { return .unchanged }
            return refusal(source: source, path: path).map { .refused($0) } ?? .applied
        case .generationBegan(let stream, _, _, _, _):
            guard entries[stream.file] != nil else {
                return .refused("unknown file \(stream.file)")
            }
            guard stream.generation > 0 else { return .refused("generation 0 of \(stream.file)") }
            return self.stream(stream) == nil ? .applied : .unchanged
        case .renamed(let file, let path, _):
            guard let entry = entries[file] else { return .refused("unknown file \(file)") }
            guard entry.path != path || entry.isDeleted else { return .unchanged }
            return refusal(source: source(entry), path: path).map { .refused($0) } ?? .applied
        case .deleted(let file, _):
            guard let entry = entries[file] else { return .refused("unknown file \(file)") }
            return entry.isDeleted ? .unchanged : .applied
        case .closed(let stream, let length):
            if let state = self.stream(stream), state.held < length {
                return .refused("\(stream) holds \(state.held) bytes and cannot end at \(length)")
            }
            return judge(stream) { $0.closed == length }
        case .verified(let stream, let length, let digest):
            if let state = self.stream(stream), state.held < length {
                return .refused("\(stream) holds \(state.held) bytes, not \(length)")
            }
            return judge(stream) { $0.verifiedLength == length && $0.digest == digest }
        case .tombstone(let stream, _, _, _):
            return judge(stream) { $0.tombstone != nil }
        case .held, .applied:
            return .refused("an event of the manifest only")
        }
    }

    /// Takes an event as it is; false when it names what is unknown.
    func load(_ event: ArchiveEvent) -> Bool {
        switch event {
        case .fileCreated(let file, let agent, let source, let path, let received):
            guard entries[file] == nil else { return true }
            guard refusal(source: source, path: path) == nil else { return false }
            create(file, agent: agent, source: source, path: path, received: received)
        case .generationBegan(let stream, let received, let modified, let mode, let reason):
            guard entries[stream.file] != nil else { return false }
            guard self.stream(stream) == nil else { return true }
            begin(
                stream,
                StreamState(began: received, modified: modified, mode: mode, reason: reason)
            )
        case .renamed(let file, let path, _):
            guard let entry = entries[file] else { return false }
            guard refusal(source: source(entry), path: path) == nil else { return false }
            rename(file, to: path)
        case .deleted(let file, _):
            guard entries[file] != nil else { return false }
            delete(file)
        case .closed(let stream, let length):
            return change(stream) { $0.closed = length }
        case .verified(let stream, let length, let digest):
            return change(stream) { $0.verify(length, digest) }
        case .held(let stream, let length, let received):
            return change(stream) {
                $0.held = length
                $0.lastReceived = received
            }
        case .tombstone(let stream, let offset, let digest, let reason):
            return change(stream) {
                $0.held = offset
                $0.tombstone = reason
                if let digest { $0.verify(offset, digest) }
            }
        case .applied:
            break
        }
        return true
    }

    /// Lowers every held offset to what the object has.
    /// - Returns: the generations that lost bytes, and the files of which an object has no name in the view.
    func limitHeld(
        _ disk: any Disk
    ) throws(SystemError) -> (short: [ObjectDamage], unseen: Set<FileID>) {
        var short: [ObjectDamage] = []
        var unseen: Set<FileID> = []
        for (id, entry) in entries {
            for stream in entry.streams where stream.state.tombstone == nil {
                let stream = (id: StreamID(file: id, generation: stream.generation), stream.state)
                let object = ObjectStore.path(stream.id)
                let held = stream.1.held
                guard held > 0 else { continue }
                let status = try disk.status(object)
                let size = status?.size
                if status?.links ?? 0 < 2 { unseen.insert(id) }
                guard size ?? 0 < held else { continue }
                update(stream.id) { $0.held = size ?? 0 }
                short.append(
                    ObjectDamage(
                        object: object,
                        path: entry.path,
                        reason: size.map { .short(size: $0, held: held) } ?? .missing
                    )
                )
            }
        }
        return (short, unseen)
    }

    /// The generations that were let go while their objects were not deleted yet.
    func leftovers(_ disk: any Disk) throws(SystemError) -> Set<StreamID> {
        var found: Set<StreamID> = []
        for (id, entry) in entries {
            for stream in entry.streams where stream.state.tombstone != nil {
                let stream = StreamID(file: id, generation: stream.generation)
                if try disk.status(ObjectStore.path(stream)) != nil { found.insert(stream) }
            }
        }
        return found
    }

    private func judge(_ stream: StreamID, _ isKnown: (StreamState) -> Bool) -> ArchiveOutcome {
        guard let state = self.stream(stream) else { return .refused("unknown stream \(stream)") }
        return isKnown(state) ? .unchanged : .applied
    }

    private func change(_ stream: StreamID, _ change: (inout StreamState) -> Void) -> Bool {
        guard self.stream(stream) != nil else { return false }
        update(stream, change)
        return true
    }

    /// Why a file cannot be in the archive; nil when it can.
    private func refusal(source: String, path: BytePath) -> String? {
        let name = BytePath(source)
        guard name.isContained, name.components.count == 1 else {
            return "a source is one name, not \(name)"
        }
        guard path.isContained else { return "a path stays below its source, unlike \(path)" }
        return nil
    }
}
