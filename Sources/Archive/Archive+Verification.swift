import Core
import Journal
import Platform
import TLS

// Digests.
extension Archive {
    private static let stepBytes = 256 * 1024

    /// The digest of the first `length` bytes of a generation, read back from the disk.
    ///
    /// It is SHA-256 over the SHA-256 of each MiB, of which the last may be shorter.
    /// - Parameters:
    ///   - stream: the generation.
    ///   - length: bytes from its start.
    ///   - hasher: fresh, and fresh again afterwards.
    /// - Returns: nil when the generation is unknown, let go, or holds less.
    /// - Throws: `.storage` when the object cannot be read.
    package func digest(
        of stream: StreamID,
        length: UInt64,
        hasher: SHA256Blocks
    )
        throws(OperatorError) -> Digest?
    {
        guard let state = index.stream(stream), state.tombstone == nil, length <= state.held
        else { return nil }
        return try work("cannot read \(ObjectStore.path(stream))") { () throws(SystemError) in
            try readDigest(stream, length, hasher)
        }
    }

    /// Compares every object with the manifest.
    ///
    /// It must be there, long enough, and, where both sides verified a digest, unchanged. Objects that
    /// the manifest does not know are named too.
    /// - Parameters:
    ///   - hasher: fresh, and fresh again afterwards.
    ///   - progress: called with the bytes of each object that was looked at.
    /// - Returns: what is damaged; damage of one object does not end the search.
    /// - Throws: `.storage` when the objects cannot be listed.
    package func verifyObjects(
        hasher: SHA256Blocks,
        progress: (UInt64) -> Void = { _ in }
    )
        throws(OperatorError) -> [ObjectDamage]
    {
        var found: [ObjectDamage] = []
        for (file, entry) in index.entries {
            for stream in entry.streams where stream.state.tombstone == nil {
                let id = StreamID(file: file, generation: stream.generation)
                if let reason = damage(id, stream.state, hasher) {
                    found.append(
                        ObjectDamage(
                            object: ObjectStore.path(id),
                            path: entry.path,
                            reason: reason
                        )
                    )
                }
                progress(stream.state.held)
            }
        }
        found += recovery.short.filter { short in !found.contains { $0.object == short.object } }
        try work("cannot list the objects") { () throws(SystemError) in
            found += try unknownObjects()
        }
        return found
    }

    private func damage(
        _ id: StreamID,
        _ state: StreamState,
        _ hasher: SHA256Blocks
    )
        -> ObjectDamage.Reason?
    {
        do throws(SystemError) {
            guard let size = try disk.status(ObjectStore.path(id))?.size else { return .missing }
            if size < state.held { return .short(size: size, held: state.held) }
            guard let length = state.verifiedLength, let digest = state.digest else { return nil }
            if size < length { return .short(size: size, held: length) }
            return try readDigest(id, length, hasher) == digest ? nil : .changed(length: length)
        } catch {
            return .unreadable(error.description)
        }
    }

    private func unknownObjects() throws(SystemError) -> [ObjectDamage] {
        guard try disk.status(ObjectStore.folder) != nil else { return [] }
        var unknown: [ObjectDamage] = []
        for folder in try disk.list(ObjectStore.folder) {
            let path = ObjectStore.folder.appending(folder.name)
            guard folder.kind == .directory else { continue }
            let file = FileID(Hex.bigEndian(Hex.decode(folder.name.description) ?? []))
            for object in try disk.list(path) {
                let generation = Generation(object.name.description)
                if let file, let generation, folder.name == BytePath(file.description),
                    index.stream(StreamID(file: file, generation: generation)) != nil
                {
                    continue
                }
                unknown.append(
                    ObjectDamage(
                        object: path.appending(object.name),
                        path: nil,
                        reason: .unknown
                    )
                )
            }
        }
        return unknown
    }

    private func readDigest(
        _ stream: StreamID,
        _ length: UInt64,
        _ hasher: SHA256Blocks
    )
        throws(SystemError) -> Digest?
    {
        let file = try disk.open(ObjectStore.path(stream), .read)
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Archive.stepBytes,
            alignment: 16
        )
        defer { buffer.deallocate() }
        var tree = SHA256Tree(hasher)
        var offset: UInt64 = 0
        while offset < length {
            let count = Int(min(UInt64(buffer.count), length - offset))
            let read = try file.read(
                into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]),
                at: offset
            )
            guard read > 0 else { return nil }
            tree.update(UnsafeRawBufferPointer(rebasing: buffer[..<read]))
            offset += UInt64(read)
        }
        return tree.finish()
    }
}
