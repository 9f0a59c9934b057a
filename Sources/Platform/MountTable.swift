import Core

/// What is mounted where, as this process sees it (/proc/self/mountinfo, proc(5)).
///
/// A hard link works only within one mount: two mounts of one file system do not do.
package struct MountTable: Sendable {
    /// One mount.
    package struct Mount: Sendable, Hashable {
        /// The same for all that is in this mount.
        package let number: Int
        /// Where it is mounted.
        package let path: BytePath
        /// The file system's kind ("ext4").
        package let kind: String
        /// Whether nothing can be written through it.
        package let isReadOnly: Bool
    }

    /// In the order of the table.
    package let mounts: [Mount]

    /// This process's own.
    package static var current: MountTable {
        MountTable(SmallFile.read("/proc/self/mountinfo", limit: 1 << 20) ?? [])
    }

    /// Reads the table; lines of another form are passed over.
    package init(_ text: [UInt8]) {
        mounts = text.split(separator: 10).compactMap { line in
            let fields = line.split(separator: 32)
            guard fields.count > 9, let dash = fields.firstIndex(of: [45][...]),
                dash + 1 < fields.count,
                let number = Int(String(decoding: fields[0], as: UTF8.self))
            else { return nil }
            let options = String(decoding: fields[5], as: UTF8.self).split(separator: ",")
            return Mount(
                number: number,
                path: BytePath(MountTable.unescaped(fields[4])),
                kind: String(decoding: fields[dash + 1], as: UTF8.self),
                isReadOnly: options.contains("ro")
            )
        }
    }

    /// The mount that an absolute path without symbolic links is in.
    package func mount(of path: BytePath) -> Mount? {
        // Of two at one place the later hides the earlier.
        mounts.filter { MountTable.holds($0.path, path) }
            .max { $0.path.bytes.count < $1.path.bytes.count }
    }

    private static func holds(_ folder: BytePath, _ path: BytePath) -> Bool {
        let (folder, path) = (folder.bytes, path.bytes)
        return folder == [47] || path == folder || path.starts(with: folder + [47])
    }

    /// Blanks, tabs, line ends and backslashes stand as octal numbers.
    private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == 92, digits.count == 3, digits.allSatisfy({ (48...55).contains($0) }) {
                bytes.append(digits.reduce(0) { $0 &* 8 &+ ($1 - 48) })
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}
