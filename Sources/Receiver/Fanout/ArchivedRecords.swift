import Archive
import Core
import Platform

/// Reads single records where they stand in the archive; it belongs to one thread.
///
/// Records come by file, so that the one that was read last stays open until it is `forgotten`.
final class ArchivedRecords {
    private let storage: BytePath
    private var disk: LinuxDisk?
    private var last: (stream: StreamID, file: any DiskFile)?

    init(below storage: BytePath) { self.storage = storage }

    /// Closes what is open: what was erased meanwhile is read no more.
    func forget() { last = nil }

    /// The bytes of a record; nil when they are there no more.
    func read(
        _ stream: StreamID,
        offset: UInt64,
        length: Int
    ) throws(SystemError) -> [UInt8]? {
        guard let file = try open(stream) else { return nil }
        guard try offset + UInt64(length) <= file.status().size else { return nil }
        var bytes = [UInt8](repeating: 0, count: length)
        var count = 0
        while count < length {
            var failure: SystemError?
            let more = bytes.withUnsafeMutableBytes { buffer in
                do throws(SystemError) {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                    return try file.read(into: rest, at: offset + UInt64(count))
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            guard more > 0 else { return nil }
            count += more
        }
        return bytes
    }

    private func open(_ stream: StreamID) throws(SystemError) -> (any DiskFile)? {
        if let last, last.stream == stream { return last.file }
        if disk == nil { disk = try LinuxDisk(root: storage, links: .refuse) }
        guard let disk else { return nil }
        let path = Archive.objectPath(stream)
        guard try disk.status(path) != nil else { return nil }
        let file = try disk.open(path, .read)
        last = (stream, file)
        return file
    }
}
