import Core
import Platform
import TLS
import Tailing

/// A copy of a file that is rewritten whole, as it was made.
struct SnapshotCopy {
    /// The file before it was read.
    var seen: Sighting
    /// Whether nothing happened to the file while it was read.
    var isWhole: Bool
    /// Whether it is an SQLite database, which a copy of one file does not capture.
    var isDatabase: Bool
    /// The XXH3-128 of each MiB.
    var checksums: [[UInt8]] = []
    /// Of the whole content, as the wire has it.
    var digest: Digest?

    /// What every SQLite database begins with (https://sqlite.org/fileformat.html, section 1.3).
    private static let databaseMagic = Array("SQLite format 3\0".utf8)

    /// Copies a file; nil when it is none that can be copied.
    ///
    /// What stood at `target` is overwritten. `scratch` is what is read at a time.
    static func make(
        of path: BytePath,
        at target: BytePath,
        on disk: any Disk,
        scratch: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> SnapshotCopy? {
        let file = try disk.open(path, .read)
        guard let before = Sighting(try file.status()) else { return nil }
        let copy = try disk.open(target, .create)
        try copy.truncate(to: 0)
        var result = SnapshotCopy(seen: before, isWhole: false, isDatabase: false)
        let checksum = RunningChecksum()
        var content = SHA256Tree()
        var offset: UInt64 = 0
        while true {
            let room = Int(min(UInt64(scratch.count), Blocks.rest(at: offset)))
            let part = UnsafeMutableRawBufferPointer(rebasing: scratch[..<room])
            let count = try file.read(into: part, at: offset)
            guard count > 0 else { break }
            let bytes = UnsafeRawBufferPointer(rebasing: part[..<count])
            if offset == 0, bytes.starts(with: databaseMagic) {
                result.isDatabase = true
                return result
            }
            try copy.write(bytes, at: offset)
            checksum.update(bytes)
            content.update(bytes)
            offset += UInt64(count)
            guard offset.isMultiple(of: Blocks.size) else { continue }
            result.checksums.append(checksum.value)
            checksum.reset()
        }
        if !offset.isMultiple(of: Blocks.size) { result.checksums.append(checksum.value) }
        result.digest = content.finish()
        let after = Sighting(try file.status())
        result.isWhole =
            after.map { SnapshotPolicy.isWhole(before: before, after: $0, copied: offset) } ?? false
        // The checkpoints are about to say that it is the file's content: no power loss may tear it after that.
        if result.isWhole { try copy.synchronize() }
        return result
    }
}
