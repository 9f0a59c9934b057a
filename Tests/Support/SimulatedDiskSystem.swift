import Core
import Platform

/// One change of names that is not on the disk yet; it is kept or lost as a whole.
struct SimulatedNameChange {
    struct Edit {
        var directory: Int
        var name: BytePath
        /// What the name stands for afterwards; nil when it is gone.
        var node: Int?
    }

    var edits: [Edit]
}

/// The state behind a simulated disk: nodes by number, of which 0 is the root folder.
struct SimulatedDiskSystem {
    var nodes: [SimulatedDiskNode] = []
    var unsyncedNames: [SimulatedNameChange] = []
    var random: SeededRandom
    var faults = SimulatedDiskFaults()
    var capacity: UInt64?
    let followsLinks: Bool
    var device: UInt64 = 1
    var now = WallTime(nanoseconds: 1_767_225_600_000_000_000)
    /// Timestamps are rounded down to this, as a kernel's coarse clock does.
    var granularity: Int64 = 1
    var operations = 0
    var traces = false
    var trace: [TracedOperation] = []
    /// After a power cut or once a crash has taken this disk's place, everything fails.
    var isOff = false
    /// Nodes without a name, still open or still named on the disk.
    var orphans: Set<Int> = []
    private var freeInodes: Set<UInt64> = []
    private var nextInode: UInt64 = 2

    init(seed: UInt64, capacity: UInt64?, followsLinks: Bool) {
        random = SeededRandom(seed: seed)
        self.capacity = capacity
        self.followsLinks = followsLinks
        nodes.append(
            SimulatedDiskNode(kind: .directory, inode: 1, mode: 0o755, modified: now, changed: now)
        )
        nodes[0].links = 1
    }

    var timestamp: WallTime {
        WallTime(nanoseconds: now.nanoseconds - now.nanoseconds % max(1, granularity))
    }

    var used: UInt64 {
        nodes.reduce(0) { $0 + ($1.links > 0 || $1.handles > 0 ? UInt64($1.bytes.count) : 0) }
    }

    var space: DiskSpace {
        let total = capacity ?? 1 << 40
        return DiskSpace(total: total, available: total - min(total, used))
    }

    func error(_ errno: Int32, _ call: String, _ path: BytePath) -> SystemError {
        SystemError(errno: errno, call: call, path: path)
    }

    /// Adds a node that has no name yet, with the lowest free inode number.
    mutating func makeNode(_ kind: FileKind, mode: UInt32) -> Int {
        nodes.append(
            SimulatedDiskNode(
                kind: kind,
                inode: takeInode(),
                mode: mode,
                modified: timestamp,
                changed: timestamp
            )
        )
        return nodes.count - 1
    }

    mutating func takeInode() -> UInt64 {
        if let lowest = freeInodes.min() {
            freeInodes.remove(lowest)
            return lowest
        }
        nextInode += 1
        return nextInode - 1
    }

    /// Starts numbering anew, with `used` taken.
    mutating func resetInodes(used: Set<UInt64>) {
        nextInode = (used.max() ?? 1) + 1
        freeInodes = Set(2..<max(2, nextInode)).subtracting(used)
    }

    /// Changes names at once for programs, later for the disk.
    mutating func edit(_ edits: [SimulatedNameChange.Edit]) {
        var unnamed: [Int] = []
        for edit in edits {
            let old = nodes[edit.directory].names[edit.name]
            nodes[edit.directory].names[edit.name] = edit.node
            nodes[edit.directory].modified = timestamp
            nodes[edit.directory].changed = timestamp
            if let node = edit.node {
                nodes[node].links += 1
                nodes[node].changed = timestamp
            }
            if let old {
                nodes[old].links -= 1
                nodes[old].changed = timestamp
                unnamed.append(old)
            }
        }
        unsyncedNames.append(SimulatedNameChange(edits: edits))
        for node in Set(unnamed) where nodes[node].links == 0 && nodes[node].handles == 0 {
            free(node)
        }
    }

    mutating func close(_ node: Int) {
        nodes[node].handles -= 1
        if nodes[node].links == 0, nodes[node].handles == 0 { free(node) }
    }

    mutating func free(_ node: Int) {
        freeInodes.insert(nodes[node].inode)
        orphans.insert(node)
        collectOrphans()
    }

    /// Drops the bytes of nodes that no crash can bring back.
    mutating func collectOrphans() {
        guard unsyncedNames.isEmpty else { return }
        for node in orphans {
            nodes[node].bytes = []
            nodes[node].durableBytes = []
            nodes[node].unsynced = []
        }
        orphans.removeAll()
    }
}
