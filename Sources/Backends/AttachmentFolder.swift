import Catalog
import Core
import Delivery
import Platform
import SQL

/// Keeps images and documents as files beside the rows that tell of them.
///
/// ```
/// DIRECTORY/attachments/3f/4561098765432109876.png      the two last hexadecimal digits of the row's id, the id, the type
/// ```
/// A file is there before its row is; one of a row that is deleted goes. What a record only names (an output that the
/// tool put elsewhere) has no file: `path` of its row says where it was.
struct AttachmentFolder {
    /// Media types with the usual end of a name; others have none.
    private static let ends = [
        "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp",
        "image/svg+xml": ".svg", "application/pdf": ".pdf", "text/plain": ".txt",
        "text/markdown": ".md", "text/csv": ".csv", "text/html": ".html",
        "application/json": ".json", "audio/wav": ".wav", "audio/x-wav": ".wav",
        "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/ogg": ".ogg", "audio/webm": ".webm",
        "audio/flac": ".flac", "video/mp4": ".mp4",
    ]

    private let disk: LinuxDisk
    private let directory: BytePath

    init(_ disk: LinuxDisk, directory: BytePath) {
        self.disk = disk
        self.directory = directory
    }

    /// Brings the files up to date with rows of `attachments` among these.
    func keep(_ rows: some Sequence<FeedRow>, from source: any DeliverySource) throws(Refusal) {
        for row in rows where row.table.name == "attachments" && !row.isMove {
            if row.isDeletion {
                try files { () throws(SystemError) in try remove(row.id) }
            } else {
                try keep(row, from: source)
            }
        }
    }

    private func keep(_ row: FeedRow, from source: any DeliverySource) throws(Refusal) {
        let path = AttachmentFolder.path(of: row)
        let isThere = try files { () throws(SystemError) in
            try disk.status(path).map { Int64($0.size) == row["size"].integer } ?? false
        }
        guard !isThere, let bytes = try source.attachment(of: row) else { return }
        try files { () throws(SystemError) in
            try disk.makeDirectories(path.parent)
            try disk.replaceContents(path, bytes)
        }
    }

    /// The name does not tell the type once the row is gone.
    private func remove(_ id: Int64) throws(SystemError) {
        let folder = AttachmentFolder.folder(id)
        guard try disk.status(folder) != nil else { return }
        let stem = "\(id)"
        for entry in try disk.list(folder) {
            let name = entry.name.description
            guard name == stem || name.hasPrefix(stem + ".") else { continue }
            try disk.remove(folder.appending(entry.name))
        }
    }

    private static func folder(_ id: Int64) -> BytePath {
        BytePath("attachments/" + Hex.encode([UInt8(truncatingIfNeeded: id)]))
    }

    /// Where the file of a row stands below the consumer's folder.
    static func path(of row: FeedRow) -> BytePath {
        let end = row["media_type"].text.flatMap { ends[$0] } ?? ""
        return folder(row.id).appending(BytePath("\(row.id)\(end)"))
    }

    private func files<Value>(
        _ body: () throws(SystemError) -> Value
    ) throws(Refusal) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw .temporary("\(directory): \(error.description)")
        }
    }
}
