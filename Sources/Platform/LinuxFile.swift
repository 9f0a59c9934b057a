import CLinux
import Core
import Glibc

/// A regular file of the operating system.
final class LinuxFile: DiskFile {
    private let descriptor: FileDescriptor
    private let path: BytePath

    /// The path, for errors, is the whole one.
    init(_ descriptor: consuming FileDescriptor, path: BytePath) {
        self.descriptor = descriptor
        self.path = path
    }

    func read(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: UInt64
    ) throws(SystemError)
        -> Int
    {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let position = try Self.position(offset, done, "pread", path)
            let count = systemCall {
                pread(descriptor.rawValue, rest.baseAddress, rest.count, position)
            }
            try checked(count, "pread", path.description)
            if count == 0 { break }
            done += count
        }
        return done
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let position = try Self.position(offset, done, "pwrite", path)
            let count = systemCall {
                pwrite(descriptor.rawValue, rest.baseAddress, rest.count, position)
            }
            try checked(count, "pwrite", path.description)
            done += count
        }
    }

    func write(gathering buffers: [UnsafeRawBufferPointer], at offset: UInt64) throws(SystemError) {
        var gather = GatherPosition()
        gather.advance(by: 0, in: buffers)
        while gather.buffer < buffers.count {
            let position = try Self.position(offset, gather.written, "pwritev", path)
            let count = gather.withVectors(of: buffers) { vectors in
                systemCall {
                    pwritev(
                        descriptor.rawValue,
                        vectors.baseAddress,
                        Int32(vectors.count),
                        position
                    )
                }
            }
            try checked(count, "pwritev", path.description)
            gather.advance(by: count, in: buffers)
        }
    }

    func synchronize() throws(SystemError) {
        try checked(systemCall { fdatasync(descriptor.rawValue) }, "fdatasync", path.description)
    }

    func truncate(to size: UInt64) throws(SystemError) {
        let size = try Self.position(size, 0, "ftruncate", path)
        try checked(
            systemCall { ftruncate(descriptor.rawValue, size) },
            "ftruncate",
            path.description
        )
    }

    func status() throws(SystemError) -> FileStatus {
        var facts = tailship_status()
        let result = systemCall {
            tailship_status(descriptor.rawValue, "", tailship_at_empty_path, &facts)
        }
        try checked(result, "statx", path.description)
        return FileStatus(facts)
    }

    /// `offset` and what is done beyond it as the system counts; EFBIG where it cannot.
    private static func position(
        _ offset: UInt64,
        _ done: Int,
        _ call: String,
        _ path: BytePath
    )
        throws(SystemError) -> off_t
    {
        let (sum, overflow) = offset.addingReportingOverflow(UInt64(done))
        guard !overflow, let position = off_t(exactly: sum) else {
            throw SystemError(errno: EFBIG, call: call, path: path)
        }
        return position
    }
}
