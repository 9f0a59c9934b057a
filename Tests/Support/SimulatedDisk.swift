import Core
import Platform
import Synchronization

/// A file system in memory that repeats itself from a seed, loses what a real one may lose at a power
/// cut, and fails on command.
///
/// Durability, no better than what POSIX promises:
/// 1. File bytes and size are durable up to the last successful `synchronize()` of that file. What was
///    written since survives a `crash` wholly, partly, torn at 512 bytes, out of order or as zeros.
/// 2. Names are durable after `synchronizeDirectory` of their folder. Of the changes since, a crash
///    keeps a random prefix or subset; one rename is kept or lost as a whole.
/// 3. A failed `synchronize()` marks the pages clean, as Linux does: the next one succeeds, and the
///    bytes are still there to read, but a crash loses them.
///
/// It serves as the receiver's storage and as the source folder of a simulated workstation, so inode
/// numbers are reused, lowest first. All calls may come from any thread.
package final class SimulatedDisk: Disk {
    private let state: Mutex<SimulatedDiskSystem>

    /// An empty disk.
    /// - Parameters:
    ///   - seed: decides every random fault.
    ///   - capacity: bytes of content that fit; nil for no limit.
    ///   - followsLinks: whether symbolic links in a path are followed instead of refused.
    package init(seed: UInt64 = 0, capacity: UInt64? = nil, followsLinks: Bool = false) {
        state = Mutex(
            SimulatedDiskSystem(seed: seed, capacity: capacity, followsLinks: followsLinks)
        )
    }

    init(_ system: SimulatedDiskSystem) { state = Mutex(system) }

    /// Runs `body` on the file system behind the lock.
    func withSystem<Result: Sendable, Failure: Error>(
        _ body: (inout SimulatedDiskSystem) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try state.withLock {
            (system: inout sending SimulatedDiskSystem) throws(Failure) -> Result in
            try body(&system)
        }
    }
}

// The seam. Every call counts as one operation and may fail.
extension SimulatedDisk {
    package func open(_ path: BytePath, _ mode: OpenMode) throws(SystemError) -> any DiskFile {
        let node = try withSystem { (system) throws(SystemError) in
            try system.begin(.open, path)
            return try system.open(path, mode)
        }
        return SimulatedDiskFile(disk: self, node: node, path: path, writable: mode != .read)
    }

    package func status(_ path: BytePath) throws(SystemError) -> FileStatus? {
        try withSystem { (system) throws(SystemError) in
            try system.begin(.status, path)
            return try system.status(path, following: false)
        }
    }

    package func statusFollowingLinks(_ path: BytePath) throws(SystemError) -> FileStatus? {
        try withSystem { (system) throws(SystemError) in
            try system.begin(.status, path)
            return try system.status(path, following: true)
        }
    }

    package func makeDirectories(_ path: BytePath) throws(SystemError) {
        try withSystem { (system) throws(SystemError) in
            try system.begin(.makeDirectories, path)
            try system.makeDirectories(path)
        }
    }

    package func synchronizeDirectory(_ path: BytePath) throws(SystemError) {
        try withSystem { (system) throws(SystemError) in
            try system.begin(.synchronizeDirectory, path)
            try system.synchronizeDirectory(path)
        }
    }

    package func list(_ path: BytePath) throws(SystemError) -> [DirectoryEntry] {
        try withSystem { (system) throws(SystemError) in
            try system.begin(.list, path)
            return try system.list(path)
        }
    }

    package func remove(_ path: BytePath) throws(SystemError) {
        try withSystem { (system) throws(SystemError) in
            try system.begin(.remove, path)
            try system.remove(path)
        }
    }

    package func removeDirectory(_ path: BytePath) throws(SystemError) {
        try withSystem { (system) throws(SystemError) in
            try system.begin(.removeDirectory, path)
            try system.removeDirectory(path)
        }
    }

    package func rename(_ path: BytePath, to target: BytePath) throws(SystemError) {
        try withSystem { (system) throws(SystemError) in
            try system.begin(.rename, path)
            try system.rename(path, to: target)
        }
    }

    package func link(_ path: BytePath, to target: BytePath) throws(SystemError) {
        try withSystem { (system) throws(SystemError) in
            try system.begin(.link, path)
            try system.link(path, to: target)
        }
    }

    package func synchronizeAll() throws(SystemError) {
        try withSystem { (system) throws(SystemError) in
            do throws(SystemError) {
                try system.begin(.synchronizeAll, "")
            } catch {
                if !system.isOff { system.loseAllDirtyPages() }
                throw error
            }
            system.synchronizeAll()
        }
    }

    package func space() throws(SystemError) -> DiskSpace {
        try withSystem { (system) throws(SystemError) in
            try system.begin(.space, "")
            return system.space
        }
    }
}
