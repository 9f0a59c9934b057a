import Core
import Platform

// What the calls of the seam do, once faults have been asked.
extension SimulatedDiskSystem {
    /// The node that `path` names.
    func resolve(_ path: BytePath, following: Bool = false) throws(SystemError) -> Int {
        guard let node = try find(path, following: following) else {
            throw error(SimulatedDiskErrno.noEntry, "openat2", path)
        }
        return node
    }

    /// The node that `path` names; nil when nothing is there.
    func find(_ path: BytePath, following: Bool) throws(SystemError) -> Int? {
        try walk(path, following: following, hops: 0)
    }

    private func walk(_ path: BytePath, following: Bool, hops: Int) throws(SystemError) -> Int? {
        try check(path)
        guard hops < 40 else { throw error(SimulatedDiskErrno.tooManyLinks, "openat2", path) }
        var current = 0
        var walked = BytePath("")
        let components = path.components.filter { $0 != "." }
        for (index, name) in components.enumerated() {
            guard nodes[current].kind == .directory else {
                throw error(SimulatedDiskErrno.notDirectory, "openat2", path)
            }
            guard let next = nodes[current].names[name] else { return nil }
            let isLast = index == components.count - 1
            if nodes[next].kind == .symbolicLink, !isLast || following {
                guard followsLinks || (isLast && following) else {
                    throw error(SimulatedDiskErrno.tooManyLinks, "openat2", path)
                }
                var target = walked.appending(nodes[next].target)
                for rest in components[(index + 1)...] { target = target.appending(rest) }
                return try walk(target, following: following, hops: hops + 1)
            }
            walked = walked.appending(name)
            current = next
        }
        return current
    }

    private func check(_ path: BytePath) throws(SystemError) {
        if path.bytes.contains(0) { throw error(SimulatedDiskErrno.invalid, "openat2", path) }
        if path.isAbsolute || path.components.contains("..") {
            throw error(SimulatedDiskErrno.crossDevice, "openat2", path)
        }
        if path.bytes.count > 4095 || path.components.contains(where: { $0.bytes.count > 255 }) {
            throw error(SimulatedDiskErrno.nameTooLong, "openat2", path)
        }
    }

    private func parent(of path: BytePath) throws(SystemError) -> Int {
        try check(path)
        let parent = try resolve(path.parent, following: followsLinks)
        guard nodes[parent].kind == .directory else {
            throw error(SimulatedDiskErrno.notDirectory, "openat2", path)
        }
        return parent
    }

    mutating func open(_ path: BytePath, _ mode: OpenMode) throws(SystemError) -> Int {
        let found = try find(path, following: followsLinks)
        if let found {
            guard mode != .createNew else {
                throw error(SimulatedDiskErrno.exists, "openat2", path)
            }
            try checkOpening(found, path, mode)
            nodes[found].handles += 1
            return found
        }
        guard mode == .create || mode == .createNew else {
            throw error(SimulatedDiskErrno.noEntry, "openat2", path)
        }
        let parent = try parent(of: path)
        let node = makeNode(.regular, mode: 0o640)
        nodes[node].handles = 1
        edit([.init(directory: parent, name: path.lastComponent, node: node)])
        return node
    }

    private func checkOpening(_ node: Int, _ path: BytePath, _ mode: OpenMode) throws(SystemError) {
        switch nodes[node].kind {
        case .regular: break
        case .directory: throw error(SimulatedDiskErrno.isDirectory, "openat2", path)
        case .symbolicLink: throw error(SimulatedDiskErrno.tooManyLinks, "openat2", path)
        case .special: throw error(SimulatedDiskErrno.invalid, "openat2", path)
        }
        let needed: UInt32 = mode == .read ? 0o400 : 0o600
        guard nodes[node].mode & needed == needed else {
            throw error(SimulatedDiskErrno.accessDenied, "openat2", path)
        }
    }

    func status(_ path: BytePath, following: Bool) throws(SystemError) -> FileStatus? {
        guard let node = try find(path, following: following) else { return nil }
        return status(of: node)
    }

    func status(of node: Int) -> FileStatus {
        let facts = nodes[node]
        return FileStatus(
            device: device,
            inode: facts.inode,
            kind: facts.kind,
            size: UInt64(facts.bytes.count),
            modified: facts.modified,
            changed: facts.changed,
            mode: facts.mode,
            links: UInt64(facts.links),
            owner: 0
        )
    }

    mutating func makeDirectories(_ path: BytePath) throws(SystemError) {
        try check(path)
        var current = BytePath("")
        for name in path.components where name != "." {
            let parent = try resolve(current, following: followsLinks)
            current = current.appending(name)
            if let found = try find(current, following: followsLinks) {
                guard nodes[found].kind == .directory else {
                    throw error(SimulatedDiskErrno.notDirectory, "mkdirat", path)
                }
            } else {
                let node = makeNode(.directory, mode: 0o750)
                edit([.init(directory: parent, name: name, node: node)])
            }
        }
    }

    func list(_ path: BytePath) throws(SystemError) -> [DirectoryEntry] {
        let node = try resolve(path, following: followsLinks)
        guard nodes[node].kind == .directory else {
            throw error(SimulatedDiskErrno.notDirectory, "getdents64", path)
        }
        return nodes[node].names.sorted { $0.key < $1.key }
            .map { DirectoryEntry(name: $0.key, kind: nodes[$0.value].kind) }
    }

    mutating func remove(_ path: BytePath) throws(SystemError) {
        guard let node = try find(path, following: false) else { return }
        guard nodes[node].kind != .directory else {
            throw error(SimulatedDiskErrno.isDirectory, "unlinkat", path)
        }
        edit([.init(directory: try parent(of: path), name: path.lastComponent, node: nil)])
    }

    mutating func removeDirectory(_ path: BytePath) throws(SystemError) {
        guard let node = try find(path, following: false) else { return }
        guard nodes[node].kind == .directory else {
            throw error(SimulatedDiskErrno.notDirectory, "unlinkat", path)
        }
        guard nodes[node].names.isEmpty else {
            throw error(SimulatedDiskErrno.notEmpty, "unlinkat", path)
        }
        edit([.init(directory: try parent(of: path), name: path.lastComponent, node: nil)])
    }

    mutating func rename(_ path: BytePath, to target: BytePath) throws(SystemError) {
        let node = try resolve(path)
        let newParent = try parent(of: target)
        if let replaced = try find(target, following: false) {
            guard replaced != node else { return }
            let wasFolder = nodes[replaced].kind == .directory
            guard wasFolder == (nodes[node].kind == .directory) else {
                let errno =
                    wasFolder ? SimulatedDiskErrno.isDirectory : SimulatedDiskErrno.notDirectory
                throw error(errno, "renameat2", target)
            }
            guard nodes[replaced].names.isEmpty else {
                throw error(SimulatedDiskErrno.notEmpty, "renameat2", target)
            }
        }
        edit([
            .init(directory: try parent(of: path), name: path.lastComponent, node: nil),
            .init(directory: newParent, name: target.lastComponent, node: node),
        ])
    }

    mutating func link(_ path: BytePath, to target: BytePath) throws(SystemError) {
        let node = try resolve(path)
        let parent = try parent(of: target)
        guard nodes[parent].names[target.lastComponent] == nil else {
            throw error(SimulatedDiskErrno.exists, "linkat", target)
        }
        edit([.init(directory: parent, name: target.lastComponent, node: node)])
    }

    /// Makes the folder's names durable, and with them those of folders that share a rename with it.
    mutating func synchronizeDirectory(_ path: BytePath) throws(SystemError) {
        let node = try resolve(path, following: followsLinks)
        guard nodes[node].kind == .directory else {
            throw error(SimulatedDiskErrno.notDirectory, "fsync", path)
        }
        var synced: Set<Int> = [node]
        var grew = true
        while grew {
            grew = false
            for change in unsyncedNames {
                let folders = Set(change.edits.map(\.directory))
                if !folders.isDisjoint(with: synced), !folders.isSubset(of: synced) {
                    synced.formUnion(folders)
                    grew = true
                }
            }
        }
        for folder in synced { nodes[folder].durableNames = nodes[folder].names }
        unsyncedNames.removeAll { change in
            change.edits.allSatisfy { synced.contains($0.directory) }
        }
        collectOrphans()
    }
}

// What the calls on an open file do.
extension SimulatedDiskSystem {
    func read(
        _ node: Int,
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: UInt64
    )
        throws(SystemError) -> Int
    {
        let size = UInt64(nodes[node].bytes.count)
        guard offset < size else { return 0 }
        let count = min(buffer.count, Int(size - offset))
        let range = offset..<(offset + UInt64(count))
        guard !nodes[node].unreadable.contains(where: { $0.overlaps(range) }) else {
            throw error(SimulatedDiskErrno.inputOutput, "pread", "")
        }
        nodes[node].bytes.withUnsafeBytes { bytes in
            buffer.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[Int(offset)...].prefix(count))
            )
        }
        return count
    }

    /// Writes as much as fits, and fails when that is not all.
    mutating func write(
        _ node: Int,
        _ bytes: ArraySlice<UInt8>,
        at offset: UInt64
    )
        throws(SystemError)
    {
        guard !bytes.isEmpty else { return }
        let end = Int(offset) + bytes.count
        let growth = max(0, end - nodes[node].bytes.count)
        var fitting = bytes
        if let capacity {
            let free = Int(capacity - min(capacity, used))
            fitting = bytes.prefix(max(0, bytes.count - max(0, growth - free)))
        }
        if !fitting.isEmpty {
            nodes[node].apply(.write(offset: Int(offset), bytes: Array(fitting)))
            touch(node)
        }
        guard fitting.count == bytes.count else {
            throw error(SimulatedDiskErrno.noSpace, "pwritev", "")
        }
    }

    mutating func truncate(_ node: Int, to size: UInt64) throws(SystemError) {
        let growth = UInt64(max(0, Int(size) - nodes[node].bytes.count))
        if let capacity, used + growth > capacity {
            throw error(SimulatedDiskErrno.noSpace, "ftruncate", "")
        }
        nodes[node].apply(.truncate(size: Int(size)))
        touch(node)
    }

    mutating func synchronize(_ node: Int) { nodes[node].synchronize() }

    /// Makes all contents and all names durable.
    mutating func synchronizeAll() {
        for node in nodes.indices {
            if nodes[node].kind == .directory {
                nodes[node].durableNames = nodes[node].names
            } else {
                nodes[node].synchronize()
            }
        }
        unsyncedNames.removeAll()
        collectOrphans()
    }

    private mutating func touch(_ node: Int) {
        nodes[node].modified = timestamp
        nodes[node].changed = timestamp
    }
}
