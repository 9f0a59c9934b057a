import Archive
import Core
import Platform

/// Reads single records where they stand in the archive.
enum ArchivedRecord {
    /// The bytes of a record; nil when they are there no more.
    ///
    /// - Throws: when the archive cannot be read.
    static func read(
        _ stream: StreamID,
        offset: UInt64,
        length: Int,
        below storage: BytePath
    ) throws(SystemError) -> [UInt8]? {
        let disk = try LinuxDisk(root: storage, links: .refuse)
        let path = Archive.objectPath(stream)
        guard try disk.status(path) != nil else { return nil }
        let file = try disk.open(path, .read)
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
}
