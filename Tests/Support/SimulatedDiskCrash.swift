import Core
import Platform

/// The unit that a disk writes whole or not at all, in bytes.
private let sectorBytes = 512

extension SimulatedDiskNode {
    /// Writes some of what was not synced, as a power cut would leave it: whole changes or single
    /// sectors, in any order, and sometimes the size without the bytes.
    mutating func settle(using random: inout some RandomNumberGenerator) {
        let style = Int.random(in: 0..<4, using: &random)
        let whole = bytes.count
        for change in unsynced {
            switch change {
            case .truncate:
                if style == 0 || (style > 1 && Bool.random(using: &random)) {
                    SimulatedDiskNode.apply(change, to: &durableBytes)
                }
            case .write(let offset, let written):
                settle(written, at: offset, style: style, using: &random)
            }
        }
        unsynced.removeAll()
        if durableBytes.count < whole, Int.random(in: 0..<4, using: &random) == 0 {
            let size = Int.random(in: durableBytes.count...whole, using: &random)
            SimulatedDiskNode.resize(&durableBytes, to: size)
        }
    }

    /// Style 0 keeps every sector, 1 none, 2 half of them, 3 most of them.
    private mutating func settle(
        _ written: [UInt8],
        at offset: Int,
        style: Int,
        using random: inout some RandomNumberGenerator
    ) {
        var start = offset
        while start < offset + written.count {
            let end = min(offset + written.count, (start / sectorBytes + 1) * sectorBytes)
            let keeps =
                switch style {
                case 0: true
                case 1: false
                case 2: Bool.random(using: &random)
                default: Int.random(in: 0..<8, using: &random) > 0
                }
            if keeps {
                let sector = Array(written[(start - offset)..<(end - offset)])
                SimulatedDiskNode.apply(.write(offset: start, bytes: sector), to: &durableBytes)
            }
            start = end
        }
    }
}

extension SimulatedDiskSystem {
    /// What a failed `fdatasync` does: some sectors reach the disk, and all are held to have.
    mutating func loseDirtyPages(_ node: Int) {
        nodes[node].settle(using: &random)
    }

    /// As `loseDirtyPages`, of every file.
    mutating func loseAllDirtyPages() {
        for node in nodes.indices where nodes[node].kind == .regular { loseDirtyPages(node) }
    }

    /// The same file system in a machine that was switched on again: nothing open, no fault armed.
    mutating func restart() {
        faults = SimulatedDiskFaults()
        isOff = false
        for node in nodes.indices {
            nodes[node].handles = 0
            if nodes[node].links == 0 { orphans.insert(node) }
        }
        var used: Set<UInt64> = []
        resetInodes(used: Set(nodes.filter { $0.links > 0 }.map(\.inode)))
        for node in nodes.indices where nodes[node].links > 0 {
            if !used.insert(nodes[node].inode).inserted {
                nodes[node].inode = takeInode()
                used.insert(nodes[node].inode)
            }
        }
        collectOrphans()
    }

    /// Replaces what programs saw by what the disk has after a power cut.
    mutating func losePower(using random: inout some RandomNumberGenerator) {
        for change in survivingChanges(using: &random) {
            for edit in change.edits {
                nodes[edit.directory].durableNames[edit.name] = edit.node
            }
        }
        unsyncedNames.removeAll()
        for node in nodes.indices {
            nodes[node].settle(using: &random)
            nodes[node].bytes = nodes[node].durableBytes
            nodes[node].names = nodes[node].durableNames
            nodes[node].links = 0
        }
        countLinks()
    }

    /// Of the changes of names, a prefix or a subset in which nothing stands without what it builds on.
    private func survivingChanges(
        using random: inout some RandomNumberGenerator
    )
        -> [SimulatedNameChange]
    {
        if Bool.random(using: &random) {
            return Array(
                unsyncedNames.prefix(Int.random(in: 0...unsyncedNames.count, using: &random))
            )
        }
        var dropped: [Int: Set<BytePath>] = [:]
        return unsyncedNames.filter { change in
            let builds = change.edits.contains { dropped[$0.directory]?.contains($0.name) ?? false }
            guard builds || Bool.random(using: &random) else { return true }
            for edit in change.edits { dropped[edit.directory, default: []].insert(edit.name) }
            return false
        }
    }

    /// Counts names again, from the root down; what cannot be reached has none.
    private mutating func countLinks() {
        nodes[0].links = 1
        var folders = [0]
        while let folder = folders.popLast() {
            for node in nodes[folder].names.values {
                nodes[node].links += 1
                if nodes[node].kind == .directory, nodes[node].links == 1 { folders.append(node) }
            }
        }
    }
}

// The ends that a process or a machine can come to.
extension SimulatedDisk {
    /// The disk as it is after a power cut; this one fails every call from now on.
    package func crash(using random: inout some RandomNumberGenerator) -> SimulatedDisk {
        var system = take()
        system.losePower(using: &random)
        system.restart()
        return SimulatedDisk(system)
    }

    /// The disk as it is after `kill -9`; this one fails every call from now on.
    ///
    /// Everything written is there, synced or not, and what was not still waits to be.
    package func processCrash() -> SimulatedDisk {
        var system = take()
        system.restart()
        return SimulatedDisk(system)
    }

    /// A disk of its own with the same content, as for `processCrash`; this one goes on.
    package func copy() -> SimulatedDisk {
        var system = withSystem { $0 }
        system.restart()
        return SimulatedDisk(system)
    }

    private func take() -> SimulatedDiskSystem {
        withSystem { system in
            let taken = system
            system.isOff = true
            return taken
        }
    }
}
