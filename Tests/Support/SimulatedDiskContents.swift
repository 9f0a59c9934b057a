import Core
import Platform

// What tests look at and put there, without counting as operations and without faults.
extension SimulatedDisk {
    /// The bytes of a file as programs see them; nil when there is none.
    package func contents(_ path: BytePath) -> [UInt8]? {
        withSystem { system in
            guard let node = try? system.resolve(path), system.nodes[node].kind == .regular
            else { return nil }
            return system.nodes[node].bytes
        }
    }

    /// The paths of all regular files at or below `folder`, sorted.
    package func files(below folder: BytePath = "") -> [BytePath] {
        withSystem { system in
            guard let start = try? system.resolve(folder) else { return [] }
            var found: [BytePath] = []
            var pending = [(start, folder)]
            while let (node, path) = pending.popLast() {
                for (name, child) in system.nodes[node].names {
                    let childPath = path.appending(name)
                    switch system.nodes[child].kind {
                    case .regular: found.append(childPath)
                    case .directory: pending.append((child, childPath))
                    default: break
                    }
                }
            }
            return found.sorted()
        }
    }

    /// Whether every call fails because the power went or a crash has taken this disk's place.
    package var isOff: Bool { withSystem { $0.isOff } }

    /// Bytes of content that all files have together.
    package var usedBytes: UInt64 { withSystem { $0.used } }

    /// The number of operations so far.
    package var operationCount: Int { withSystem { $0.operations } }

    /// The operations since `startTrace()`, in order.
    package var trace: [TracedOperation] { withSystem { $0.trace } }

    /// Forgets the trace and records from now on.
    package func startTrace() {
        withSystem {
            $0.traces = true
            $0.trace = []
        }
    }

    /// Sets the clock that files are stamped with, and what stamps are rounded down to (a kernel's
    /// clock is coarse).
    package func setClock(_ now: WallTime, granularity: Duration = .nanoseconds(1)) {
        withSystem {
            $0.now = now
            $0.granularity = granularity.nanoseconds
        }
    }

    /// Sets the device number that files are reported on.
    package func setDevice(_ device: UInt64) { withSystem { $0.device = device } }

    /// Adds bytes to the end of a file, made with its folders if it is missing.
    package func append(_ bytes: some Collection<UInt8>, to path: BytePath) throws(SystemError) {
        try withSystem { (system) throws(SystemError) in
            let node = try system.makeFile(path)
            try system.write(node, Array(bytes)[...], at: UInt64(system.nodes[node].bytes.count))
        }
    }

    /// Writes bytes over what stands at `offset` of a file, made with its folders if it is missing.
    package func rewrite(
        _ bytes: some Collection<UInt8>,
        in path: BytePath,
        at offset: UInt64 = 0
    )
        throws(SystemError)
    {
        try withSystem { (system) throws(SystemError) in
            try system.write(try system.makeFile(path), Array(bytes)[...], at: offset)
        }
    }

    /// Cuts or extends a file.
    package func truncate(_ path: BytePath, to size: UInt64) throws(SystemError) {
        try withSystem { (system) throws(SystemError) in
            try system.truncate(try system.resolve(path), to: size)
        }
    }

    /// Makes `bytes` the whole content of a file, in place and durable, its name included.
    package func replaceContents(
        of path: BytePath,
        with bytes: some Collection<UInt8>
    )
        throws(SystemError)
    {
        try withSystem { (system) throws(SystemError) in
            let node = try system.makeFile(path)
            try system.truncate(node, to: 0)
            try system.write(node, Array(bytes)[...], at: 0)
            system.synchronize(node)
            try system.synchronizeDirectory(path.parent)
        }
    }

    /// Sets the permission bits of a file.
    package func setMode(_ path: BytePath, _ mode: UInt32) throws(SystemError) {
        try withSystem { (system) throws(SystemError) in
            let node = try system.resolve(path)
            system.nodes[node].mode = mode
            system.nodes[node].changed = system.timestamp
        }
    }

    /// Makes a symbolic link; a relative target starts at the link's own folder.
    package func makeSymbolicLink(_ path: BytePath, to target: BytePath) throws(SystemError) {
        try withSystem { (system) throws(SystemError) in
            let node = try system.makeNamed(path, .symbolicLink)
            system.nodes[node].target = target
        }
    }

    /// Makes a fifo.
    package func makeSpecial(_ path: BytePath) throws(SystemError) {
        try withSystem { (system) throws(SystemError) in
            _ = try system.makeNamed(path, .special)
        }
    }
}

extension SimulatedDiskSystem {
    /// The node of a regular file, made with its folders if it is missing.
    mutating func makeFile(_ path: BytePath) throws(SystemError) -> Int {
        if let found = try find(path, following: followsLinks) { return found }
        return try makeNamed(path, .regular)
    }

    /// A new node of `kind` at `path`, with its folders.
    mutating func makeNamed(_ path: BytePath, _ kind: FileKind) throws(SystemError) -> Int {
        try makeDirectories(path.parent)
        let parent = try resolve(path.parent, following: followsLinks)
        let node = makeNode(kind, mode: 0o644)
        edit([.init(directory: parent, name: path.lastComponent, node: node)])
        return node
    }
}
