import Core
import Platform

/// An open file of a simulated disk.
final class SimulatedDiskFile: DiskFile {
    private let disk: SimulatedDisk
    private let node: Int
    private let path: BytePath
    private let writable: Bool

    init(disk: SimulatedDisk, node: Int, path: BytePath, writable: Bool) {
        self.disk = disk
        self.node = node
        self.path = path
        self.writable = writable
    }

    deinit {
        let node = node
        disk.withSystem { $0.close(node) }
    }

    func read(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: UInt64
    ) throws(SystemError)
        -> Int
    {
        try disk.withSystem { (system) throws(SystemError) in
            try system.begin(.read, path)
            return try system.read(node, into: buffer, at: offset)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemError) {
        try write(gathering: [bytes], at: offset)
    }

    func write(gathering buffers: [UnsafeRawBufferPointer], at offset: UInt64) throws(SystemError) {
        try requireWritable()
        try disk.withSystem { (system) throws(SystemError) in
            var bytes: [UInt8] = []
            for buffer in buffers { bytes.append(contentsOf: buffer) }
            do throws(SystemError) {
                try system.begin(.write, path)
            } catch {
                // What fails half way leaves a part behind.
                let part = Int.random(in: 0...bytes.count, using: &system.random)
                try? system.write(node, bytes[..<part], at: offset)
                throw error
            }
            try system.write(node, bytes[...], at: offset)
        }
    }

    func synchronize() throws(SystemError) {
        try disk.withSystem { (system) throws(SystemError) in
            do throws(SystemError) {
                try system.begin(.synchronize, path)
            } catch {
                if !system.isOff { system.loseDirtyPages(node) }
                throw error
            }
            system.synchronize(node)
        }
    }

    func truncate(to size: UInt64) throws(SystemError) {
        try requireWritable()
        try disk.withSystem { (system) throws(SystemError) in
            try system.begin(.truncate, path)
            try system.truncate(node, to: size)
        }
    }

    func status() throws(SystemError) -> FileStatus {
        try disk.withSystem { (system) throws(SystemError) in
            try system.begin(.status, path)
            return system.status(of: node)
        }
    }

    private func requireWritable() throws(SystemError) {
        guard writable else {
            throw SystemError(errno: SimulatedDiskErrno.badDescriptor, call: "pwritev", path: path)
        }
    }
}
