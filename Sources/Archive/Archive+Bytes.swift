import Core
import Platform

// Bytes in, bytes out, and the disk.
extension Archive {
    /// Appends what is new of `bytes`, which the file has at `offset`.
    ///
    /// What lies below the held offset is trimmed, so that held bytes are never written again.
    /// - Parameters:
    ///   - stream: a generation that has begun.
    ///   - offset: bytes from the start of the generation.
    ///   - bytes: of any number; durable only after `synchronize`.
    ///   - received: when they came, by the receiver's clock.
    /// - Returns: what became of them.
    /// - Throws: `.storage`; nothing counts as appended, and it may be tried again.
    package func append(
        stream: StreamID,
        offset: UInt64,
        bytes: UnsafeRawBufferPointer,
        received: WallTime
    ) throws(OperatorError) -> AppendOutcome {
        try requireSound()
        guard let state = index.stream(stream) else { return .unknown }
        guard state.tombstone == nil else { return .tombstone }
        let held = state.held
        guard offset <= held else { return .gap(held: held) }
        let skipped = held - offset
        guard skipped < UInt64(bytes.count) else { return .known(held: held) }
        let new = UnsafeRawBufferPointer(rebasing: bytes[Int(skipped)...])
        try work("cannot write to \(ObjectStore.path(stream))") { () throws(SystemError) in
            try objects.write(stream, new, at: held)
        }
        let previous = held == 0 ? shown(stream.file) : nil
        index.update(stream) {
            $0.held = held + UInt64(new.count)
            $0.lastReceived = received
        }
        changed.insert(stream)
        count(bytes: new.count)
        if held == 0 { reveal(stream, shown: previous) }
        return .appended(held: held + UInt64(new.count))
    }

    /// Reads held bytes of a generation; fewer than asked at the held end, none for an unknown one.
    package func read(
        _ stream: StreamID,
        at offset: UInt64,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(OperatorError) -> Int {
        guard let state = index.stream(stream), state.tombstone == nil, offset < state.held
        else { return 0 }
        let count = min(UInt64(buffer.count), state.held - offset)
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(count)])
        return try work("cannot read \(ObjectStore.path(stream))") { () throws(SystemError) in
            try disk.open(ObjectStore.path(stream), .read).read(into: part, at: offset)
        }
    }

    /// Makes everything durable that was applied and appended, in an order in which a crash at any
    /// point leaves the manifest true: objects, names, manifest, then deletions.
    /// - Parameter applied: the journal's sequence up to which everything was brought in; the journal
    ///   may be released up to there when this returns.
    /// - Throws: `.storage`; the archive must be opened again, unless only the view could not be written.
    package func synchronize(applied: UInt64) throws(OperatorError) {
        try requireSound()
        try repairView()
        guard hasWork || applied > manifest.appliedSequence else { return }
        try settle("cannot make the archive durable") { () throws(SystemError) in
            try synchronizeContents()
            for stream in changed.sorted() {
                guard let state = index.stream(stream) else { continue }
                manifest.append(
                    .held(stream: stream, length: state.held, received: state.lastReceived)
                )
            }
            changed.removeAll()
            try manifest.flush(applied: max(applied, manifest.appliedSequence))
            for stream in removals.sorted() { try objects.remove(stream) }
            removals.removeAll()
            countSynchronized()
            try compactIfNeeded()
        }
    }

    /// Files and folders that are synced one by one; beyond that the whole file system is quicker.
    private static let singleSyncs = 64

    private func synchronizeContents() throws(SystemError) {
        let count = objects.dirtyCount + folders.count + view.touched.count
        guard count <= Archive.singleSyncs else {
            try disk.synchronizeAll()
            objects.noteSynchronized()
            folders.removeAll()
            view.noteSynchronized()
            return
        }
        try objects.synchronize()
        for folder in folders.sorted() { try disk.synchronizeDirectory(folder) }
        folders.removeAll()
        try view.synchronize()
    }

    private var hasWork: Bool {
        manifest.hasPending || !changed.isEmpty || !folders.isEmpty || !view.touched.isEmpty
            || !removals.isEmpty
    }

    /// Tries again what could not be shown.
    private func repairView() throws(OperatorError) {
        for (file, paths) in misplaced.sorted(by: { $0.key < $1.key }) {
            try work("cannot write the view of files") { () throws(SystemError) in
                for path in paths.sorted() { try view.remove(file, at: path) }
                try view.place(file)
            }
            misplaced[file] = nil
        }
    }

    private func compactIfNeeded() throws(SystemError) {
        guard
            manifest.needsCompaction(streams: index.streamCount, floor: options.compactionFloor)
        else { return }
        _ = try manifest.compact { each in
            for (file, entry) in index.entries {
                for stream in entry.streams
                where stream.state.held > 0 && stream.state.tombstone == nil {
                    each(
                        .held(
                            stream: StreamID(file: file, generation: stream.generation),
                            length: stream.state.held,
                            received: stream.state.lastReceived
                        )
                    )
                }
            }
        }
    }
}
