import Core
import Glibc

extension Host {
    /// Gives back the pages of program code that are mapped now; what runs next is mapped again when it
    /// runs, from the page cache.
    ///
    /// Code that only a start or a handshake needs would otherwise count as resident for ever: the kernel
    /// maps 16 pages around each one that is touched. Only executable mappings are touched, which nothing
    /// writes to; those that relocation has written to are not executable.
    package static func releaseCode() {
        for line in SmallFile.lines("/proc/self/maps", limit: 256 * 1024) {
            // Address, permissions, offset, device, inode, path; the path may hold blanks.
            let fields = line.split(separator: " ")
            guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
            let bounds = fields[0].split(separator: "-")
            guard bounds.count == 2, let start = UInt(bounds[0], radix: 16),
                let end = UInt(bounds[1], radix: 16), start < end
            else { continue }
            madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
        }
    }
}
