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
/// DIRECTORY/….jsonl.zst               with compress, what is full, or a day's that was written to a day ago
/// DIRECTORY/attachments/…             images and documents (AttachmentFolder)
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
    private var nextSweep = Instant.zero
    /// How long a file of a day rests before it is taken for finished.
    private static let rest = Duration.seconds(86_400)
    private static let sweepInterval = Duration.seconds(3600)

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
            nextSweep = .zero
            try sweep()
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
        try AttachmentFolder(disk, directory: directory).keep(batch.rows, from: source)
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
            guard settings.compress, !batch.hasWholeSessions || settings.by == .day else { return }
            for name in texts.keys { try compress(name) }
            try sweep()
        }
    }

    // MARK: Compressing

    /// Compresses the part that is written now when it is full.
    private func compress(_ name: String) throws(SystemError) {
        let path = JSONLinesBackend.path(name, parts[name] ?? 0)
        guard let length = try disk.status(path)?.size, length >= settings.fileSize else { return }
        try FinishedFile.compress(path, on: disk)
    }

    /// Compresses days that rest, and what was full when the program ended; nothing may be uncommitted.
    private func sweep() throws(SystemError) {
        let now = Clock.monotonic()
        guard settings.compress, settings.by == .day, now >= nextSweep else { return }
        nextSweep = now + JSONLinesBackend.sweepInterval
        for entry in try disk.list("") where entry.kind == .regular {
            guard entry.name.description.hasSuffix(".jsonl"),
                let status = try disk.status(entry.name)
            else { continue }
            if try disk.status(FinishedFile.compressed(entry.name)) != nil {
                // A crash came between the two.
                try disk.remove(entry.name)
            } else if status.size >= settings.fileSize
                || Clock.wall() - status.modified > JSONLinesBackend.rest
            {
                try FinishedFile.compress(entry.name, on: disk)
            }
        }
    }

    // MARK: Files

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
            let path = JSONLinesBackend.path(name, part)
            let length = try disk.status(path)?.size ?? 0
            if length < settings.fileSize,
                try disk.status(FinishedFile.compressed(path)) == nil
            {
                parts[name] = part
                try makeFolder(of: path)
                return (path, length)
            }
            part += 1
        }
    }

    private static func path(_ name: String, _ part: Int) -> BytePath {
        BytePath(part == 0 ? name + ".jsonl" : "\(name).\(part).jsonl")
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
