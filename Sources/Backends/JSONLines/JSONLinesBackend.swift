import Catalog
import Core
import Delivery
import Platform
import Settings

/// Delivers rows as lines of JSON into files, one a day or one a session, each row once for each `rev`.
///
/// ```
/// DIRECTORY/2026-11-21.jsonl          the rows of a day, by their own time; 2026-11-21.1.jsonl goes on where it was full
/// DIRECTORY/undated.jsonl             rows without a time
/// DIRECTORY/<tool>/<session>.jsonl    with by = "session"
/// DIRECTORY/.tailship-NAME            the commit: cursor, and the lengths of files that are being written
/// ```
/// Before files grow, the commit lists their lengths; after they are synced, it has the new cursor and no lengths.
/// What a crash left beyond the lengths is cut off at the next start. Lines that are committed never change.
final class JSONLinesBackend: Backend {
    private let settings: ConsumerSettings
    private let disk: LinuxDisk
    private let directory: BytePath
    private var commit = JSONLinesCommit()
    /// The number of the file that is being written for each name.
    private var parts: [String: Int] = [:]

    init(_ settings: ConsumerSettings) throws(OperatorError) {
        self.settings = settings
        directory = settings.directory ?? "/"
        disk = try BackendFactory.folder(directory, of: settings)
    }

    let schema = ""

    func close() {}

    // MARK: Starting

    func prepare() throws(Refusal) -> Cursor? {
        try files { () throws(SystemError) in
            let bytes = try disk.contents(commitPath, limit: 64 << 20)
            commit = bytes.flatMap { JSONLinesCommit($0) } ?? JSONLinesCommit()
            for (name, length) in commit.lengths { try cut(name, to: length) }
            commit.lengths = [:]
            parts = [:]
        }
        return commit.cursor
    }

    /// Takes away what was written and not committed.
    private func cut(_ name: String, to length: UInt64) throws(SystemError) {
        let path = BytePath(name)
        guard try disk.status(path) != nil else { return }
        if length == 0 { return try disk.remove(path) }
        let file = try disk.open(path, .update)
        try file.truncate(to: length)
        try file.synchronize()
    }

    private var commitPath: BytePath { BytePath(".tailship-" + settings.name) }

    // MARK: Delivering

    func deliver(_ batch: DeliveryBatch, from source: any DeliverySource) throws(Refusal) {
        try files { () throws(SystemError) in
            var texts: [String: [UInt8]] = [:]
            for row in batch.rows {
                let name = JSONLinesNames.file(of: row, by: settings.by)
                FeedJSON.append(row, to: &texts[name, default: []])
                texts[name]?.append(UInt8(ascii: "\n"))
            }
            if batch.hasWholeSessions, settings.by == .session {
                try replace(texts)
            } else {
                try append(texts)
            }
            // Parts of a page are cut off with it: it comes again as a whole.
            guard batch.completes else { return }
            if batch.movesCursor { commit.cursor = batch.through }
            commit.lengths = [:]
            try disk.replaceContents(commitPath, commit.bytes)
        }
    }

    /// Whole sessions take the place of what was there.
    private func replace(_ texts: [String: [UInt8]]) throws(SystemError) {
        for (name, text) in texts {
            let path = BytePath(name + ".jsonl")
            try makeFolder(of: path)
            try disk.replaceContents(path, text)
        }
    }

    private func append(_ texts: [String: [UInt8]]) throws(SystemError) {
        guard !texts.isEmpty else { return }
        var targets: [(path: BytePath, length: UInt64, text: [UInt8])] = []
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            let (path, length) = try target(name)
            targets.append((path, length, text))
            if commit.lengths[path.description] == nil {
                commit.lengths[path.description] = length
            }
        }
        try disk.replaceContents(commitPath, commit.bytes)
        for target in targets {
            let file = try disk.open(target.path, .create)
            var failure: SystemError?
            target.text.withUnsafeBytes { bytes in
                do throws(SystemError) {
                    try file.write(bytes, at: target.length)
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            try file.synchronize()
            if target.length == 0 { try disk.synchronizeDirectory(target.path.parent) }
        }
    }

    /// The file that is being written for a name, and its length.
    private func target(_ name: String) throws(SystemError) -> (BytePath, UInt64) {
        var part = parts[name] ?? 0
        while true {
            let path = BytePath(part == 0 ? name + ".jsonl" : "\(name).\(part).jsonl")
            let compressed = BytePath(path.bytes + Array(".zst".utf8))
            let length = try disk.status(path)?.size ?? 0
            if length < settings.fileSize, try disk.status(compressed) == nil {
                parts[name] = part
                try makeFolder(of: path)
                return (path, length)
            }
            part += 1
        }
    }

    private func makeFolder(of path: BytePath) throws(SystemError) {
        guard !path.parent.isEmpty, try disk.status(path.parent) == nil else { return }
        try disk.makeDirectories(path.parent)
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
