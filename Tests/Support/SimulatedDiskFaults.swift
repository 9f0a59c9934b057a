import Core
import Platform

/// What a caller asks of a disk, as far as faults tell it apart.
package enum DiskOperation: Sendable, Hashable, CaseIterable {
    case open
    case read
    case write
    case synchronize
    case truncate
    case status
    case list
    case makeDirectories
    case synchronizeDirectory
    case synchronizeAll
    case remove
    case removeDirectory
    case rename
    case link
    case space
}

/// One call that a simulated disk has seen.
package struct TracedOperation: Sendable, Hashable {
    /// What was asked for.
    package let operation: DiskOperation
    /// On what, as it was given.
    package let path: BytePath
}

/// When a simulated disk fails.
struct SimulatedDiskFaults {
    struct Armed {
        var operation: DiskOperation
        var path: BytePath?
        var errno: Int32
        var remaining: Int
    }

    struct Chance {
        var errno: Int32
        var oneIn: Int
    }

    var armed: [Armed] = []
    var chances: [DiskOperation: Chance] = [:]
    /// The number of the operation at which the power goes.
    var powerOffAt: Int?

    /// The error that `operation` on `path` meets now; nil for none.
    mutating func errno(
        of operation: DiskOperation,
        _ path: BytePath,
        using random: inout SeededRandom
    ) -> Int32? {
        let index = armed.firstIndex {
            $0.operation == operation && ($0.path == nil || $0.path == path)
        }
        if let index {
            let errno = armed[index].errno
            armed[index].remaining -= 1
            if armed[index].remaining == 0 { armed.remove(at: index) }
            return errno
        }
        guard let chance = chances[operation], random.oneIn(chance.oneIn) else { return nil }
        return chance.errno
    }
}

extension SimulatedDiskSystem {
    /// Counts one operation, and fails it where a fault says so.
    mutating func begin(_ operation: DiskOperation, _ path: BytePath) throws(SystemError) {
        guard !isOff else { throw powerError(operation, path) }
        operations += 1
        if traces { trace.append(TracedOperation(operation: operation, path: path)) }
        if let limit = faults.powerOffAt, operations >= limit {
            isOff = true
            throw powerError(operation, path)
        }
        if let errno = faults.errno(of: operation, path, using: &random) {
            throw SystemError(errno: errno, call: "\(operation)", path: path)
        }
    }

    private func powerError(_ operation: DiskOperation, _ path: BytePath) -> SystemError {
        SystemError(
            errno: SimulatedDiskErrno.inputOutput,
            call: "\(operation) (power off)",
            path: path
        )
    }
}

// Faults on command.
extension SimulatedDisk {
    /// Makes the next `times` calls of `operation` fail, only on `path` where one is given.
    package func failNext(
        _ operation: DiskOperation,
        errno: Int32,
        times: Int = 1,
        path: BytePath? = nil
    ) {
        withSystem {
            $0.faults.armed.append(
                .init(operation: operation, path: path, errno: errno, remaining: times)
            )
        }
    }

    /// Makes `operation` fail once in `oneIn` times on average; 0 ends it.
    package func failRandomly(_ operation: DiskOperation, oneIn: Int, errno: Int32) {
        withSystem {
            $0.faults.chances[operation] = oneIn > 0 ? .init(errno: errno, oneIn: oneIn) : nil
        }
    }

    /// Forgets every fault that was asked for, the power cut included.
    package func clearFaults() {
        withSystem { $0.faults = SimulatedDiskFaults() }
    }

    /// Cuts the power in the middle of the `count`th operation from now; all calls fail from then on.
    package func powerOff(afterOperations count: Int) {
        withSystem { $0.faults.powerOffAt = $0.operations + max(1, count) }
    }

    /// Sets how many bytes of content fit; nil for no limit.
    package func setCapacity(_ capacity: UInt64?) {
        withSystem { $0.capacity = capacity }
    }

    /// Turns one bit (0 to 7) over, on the disk and in the cache; beyond the end nothing changes.
    package func flipBit(_ path: BytePath, at offset: Int, bit: Int = 0) {
        withSystem { system in
            guard let node = try? system.resolve(path) else { return }
            system.nodes[node].flipBit(at: offset, bit: bit)
        }
    }

    /// Makes reads of these bytes fail with EIO.
    package func makeUnreadable(_ path: BytePath, _ range: Range<UInt64>) {
        withSystem { system in
            guard let node = try? system.resolve(path) else { return }
            system.nodes[node].unreadable.append(range)
        }
    }
}
