import Core
import Glibc

/// The regular files below a folder, and how two such folders differ.
package struct FileTree {
    package let root: BytePath
    /// Paths below the root.
    package private(set) var files: [BytePath] = []

    package init(_ root: BytePath) {
        self.root = root
        walk(BytePath([]))
        files.sort()
    }

    /// What is not the same, in words.
    ///
    /// Source paths that `skip` takes are not meant to be shipped.
    package static func differences(
        source: BytePath,
        archive: BytePath,
        skip: (BytePath) -> Bool = { _ in false }
    ) -> [String] {
        let wanted = FileTree(source).files.filter { !skip($0) }
        let found = FileTree(archive).files.filter { !isOlderGeneration($0) }
        var differences: [String] = []
        let there = Set(found)
        for path in wanted {
            guard there.contains(path) else {
                differences.append("missing: \(path)")
                continue
            }
            if !hasSameBytes(source.appending(path), archive.appending(path)) {
                let size = Files.size(source.appending(path))
                let other = Files.size(archive.appending(path))
                differences.append("differs: \(path) (\(size) and \(other) bytes)")
            }
        }
        for path in there.subtracting(wanted).sorted() { differences.append("too much: \(path)") }
        return differences
    }

    /// Whether two files have the same content.
    package static func hasSameBytes(_ one: BytePath, _ other: BytePath) -> Bool {
        let size = Files.size(one)
        guard size == Files.size(other), size >= 0 else { return false }
        if size == 0 { return true }
        return mapped(one, size) { one in
            mapped(other, size) { other in memcmp(one, other, size) == 0 } ?? false
        } ?? false
    }

    private static func mapped<Value>(
        _ path: BytePath,
        _ size: Int,
        _ body: (UnsafeMutableRawPointer) -> Value?
    ) -> Value? {
        let file = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard let memory = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0), memory != MAP_FAILED
        else { return nil }
        defer { munmap(memory, size) }
        return body(memory)
    }

    private static func isOlderGeneration(_ path: BytePath) -> Bool {
        let name = path.lastComponent.bytes
        guard let tilde = name.lastIndex(of: UInt8(ascii: "~")) else { return false }
        let rest = name[(tilde + 1)...]
        return rest.first == UInt8(ascii: "g") && rest.count > 1
            && rest.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
    }

    private mutating func walk(_ folder: BytePath) {
        let path = folder.isEmpty ? root : root.appending(folder)
        guard let stream = path.withCString({ opendir($0) }) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = FileTree.name(entry)
            if name == [46] || name == [46, 46] { continue }
            let below = folder.appending(BytePath(name))
            var facts = stat()
            guard root.appending(below).withCString({ lstat($0, &facts) }) == 0 else { continue }
            switch facts.st_mode & S_IFMT {
            case S_IFDIR: walk(below)
            case S_IFREG: files.append(below)
            default: break
            }
        }
    }

    private static func name(_ entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        let start = UnsafeRawPointer(entry).advanced(by: offset)
        return Array(
            UnsafeRawBufferPointer(
                start: start,
                count: strlen(start.assumingMemoryBound(to: CChar.self))
            )
        )
    }
}
