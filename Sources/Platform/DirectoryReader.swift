import CLinux
import Core
import Glibc

/// Reads the names of an open folder with getdents64(2), without the C library's buffer for it.
enum DirectoryReader {
    /// Bytes that one call may fill.
    private static let bufferBytes = 16 * 1024

    /// Calls `body` for each name but "." and ".."; returns 0 or a negated errno.
    static func read(_ directory: Int32, _ body: (DirectoryEntry) -> Void) -> Int {
        withUnsafeTemporaryAllocation(byteCount: bufferBytes, alignment: 8) { buffer in
            while true {
                let count = systemCall {
                    tailship_directory_entries(directory, buffer.baseAddress, buffer.count)
                }
                if count <= 0 { return count }
                parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]), directory, body)
            }
        }
    }

    /// A record is: inode (8 bytes), offset (8), record length (2), type (1), name, NUL.
    private static func parse(
        _ records: UnsafeRawBufferPointer,
        _ directory: Int32,
        _ body: (DirectoryEntry) -> Void
    ) {
        var start = 0
        while start + 19 < records.count {
            let length = Int(records.loadUnaligned(fromByteOffset: start + 16, as: UInt16.self))
            guard length > 19, start + length <= records.count else { return }
            let name = records[(start + 19)..<(start + length)].prefix { $0 != 0 }
            if !name.elementsEqual([BytePath.dot]),
                !name.elementsEqual([BytePath.dot, BytePath.dot])
            {
                let path = BytePath(name)
                let kind = kind(type: records[start + 18], of: path, in: directory)
                if let kind { body(DirectoryEntry(name: path, kind: kind)) }
            }
            start += length
        }
    }

    /// The kind that the record gives; some file systems leave it to be asked for.
    ///
    /// Nil when the name has gone meanwhile.
    private static func kind(type: UInt8, of name: BytePath, in directory: Int32) -> FileKind? {
        switch Int(type) {
        case Int(DT_REG): return .regular
        case Int(DT_DIR): return .directory
        case Int(DT_LNK): return .symbolicLink
        case Int(DT_UNKNOWN):
            var facts = tailship_status()
            let result = systemCall {
                name.withSystemPath {
                    tailship_status(directory, $0, AT_SYMLINK_NOFOLLOW, &facts)
                }
            }
            return result < 0 ? nil : FileKind(mode: facts.mode)
        default: return .special
        }
    }
}
