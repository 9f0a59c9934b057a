import Core
import Journal
import Platform

extension Archive {
    /// What the manifest says of every file, without opening the archive.
    ///
    /// Nothing is written or repaired, so a receiver may be at work. It knows what was made durable last, not what
    /// came since.
    ///
    /// - Parameter disk: its root is the storage folder.
    /// - Returns: the files; none without a manifest.
    /// - Throws: `.storage` when the manifest cannot be read.
    package static func files(of disk: any Disk) throws(OperatorError) -> [FileID: FileState] {
        guard let scanner = try scanner(of: disk) else { return [:] }
        let index = ArchiveIndex()
        while let record = try scanner.next() {
            let event = ArchiveEvent(kind: record.kind, payload: record.head)
            if let event { _ = index.load(event) }
        }
        var files: [FileID: FileState] = [:]
        for (id, entry) in index.entries { files[id] = index.state(id, entry) }
        return files
    }

    private static func scanner(of disk: any Disk) throws(OperatorError) -> RecordScanner? {
        do throws(SystemError) {
            guard try disk.status(Manifest.current) != nil else { return nil }
            let file = try disk.open(Manifest.current, .read)
            let end = try file.status().size
            return RecordScanner(file: file, name: Manifest.current, number: nil, end: end)
        } catch {
            throw OperatorError.storage("cannot read \(Manifest.current)", error)
        }
    }
}
