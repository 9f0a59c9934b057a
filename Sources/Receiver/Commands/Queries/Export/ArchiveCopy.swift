import Archive
import Catalog
import Core
import Platform

/// Reads files of the archive beside the receiver: a generation only grows, and its bytes never change.
struct ArchiveCopy {
    private let disk: LinuxDisk

    init(_ storage: BytePath) throws(OperatorError) {
        disk = try StorageFolder.storage("open the storage folder \(storage)") {
            () throws(SystemError) in
            try LinuxDisk(root: storage, links: .refuse)
        }
    }

    /// What the manifest says of the files.
    func manifest() throws(OperatorError) -> [FileID: FileState] { try Archive.files(of: disk) }

    /// Gives the file's bytes to `write`, in order, until it says false.
    func copy(
        _ file: ArchivedFile,
        _ write: (UnsafeRawBufferPointer) -> Bool
    ) throws(OperatorError) {
        let path = Archive.objectPath(file.stream)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var offset: UInt64 = 0
        guard file.held > 0 else { return }
        let object = try StorageFolder.storage("open \(path)") { () throws(SystemError) in
            try disk.open(path, .read)
        }
        while offset < file.held {
            let size = Int(min(UInt64(buffer.count), file.held - offset))
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<size])
            let count = try StorageFolder.storage("read \(path)") { () throws(SystemError) in
                try object.read(into: part, at: offset)
            }
            guard count > 0 else {
                throw OperatorError(
                    .storage,
                    "\(path) ends at \(offset) of \(file.held) bytes",
                    remedy: "tailship-receiver verify looks at all of the archive."
                )
            }
            guard write(UnsafeRawBufferPointer(rebasing: part[..<count])) else { return }
            offset += UInt64(count)
        }
    }
}
