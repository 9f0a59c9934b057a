import Archive
import Catalog
import Core
import Platform

/// Files of the archive, written whole below a folder: a name is there only once its bytes are on the disk, so one
/// that was interrupted goes on where it ended.
struct Restoration {
    let storage: BytePath
    let target: BytePath
    /// Whether files that are there are replaced.
    let isForced: Bool
    /// Whether a path begins with the source's name.
    let isBelowSources: Bool
    /// For the progress.
    let label: String

    /// What came of it.
    struct Outcome {
        var written = 0
        var bytes: UInt64 = 0
        var kept: [BytePath] = []

        func tell(_ target: BytePath, _ output: CommandOutput) {
            let size = written > 0 ? " (\(ByteCount.text(bytes)))" : ""
            let files =
                written == 1 ? "1 file is" : "\(AmountText.grouped(Int64(written))) files are"
            output.line("\(files) written below \(target)\(size)")
            guard !kept.isEmpty else { return }
            let there = kept.count == 1 ? "1 was" : "\(AmountText.grouped(Int64(kept.count))) were"
            output.line("\(there) there already and stayed (--force replaces them):")
            for path in kept.prefix(10) { output.line("  \(path)") }
            if kept.count > 10 { output.line("  …") }
        }
    }

    /// A file that is not whole yet; one a folder, of this run or of one that was interrupted.
    private static let half: BytePath = ".tailship-restore"

    func run(_ files: [ArchivedFile]) throws(OperatorError) -> Outcome {
        let archive = try ArchiveCopy(storage)
        let known = try archive.manifest()
        let disk = try folder()
        let progress = ProgressBar(label, total: files.reduce(0) { $0 + $1.held })
        var outcome = Outcome()
        var folders: Set<BytePath> = []
        for file in files {
            let state = known[file.stream.file]
            let path = try path(of: file, state)
            let isThere = try ask(path) { () throws(SystemError) in try disk.status(path) != nil }
            if isThere, !isForced {
                outcome.kept.append(path)
                progress.add(file.held)
                continue
            }
            // Whoever owns it can read and write it, whatever it was.
            let mode = state?.generations[file.stream.generation].map { $0.mode | 0o600 }
            try restore(file, path, mode ?? 0o600, disk, archive, progress)
            folders.insert(path.parent)
            outcome.written += 1
            outcome.bytes += file.held
        }
        try synchronize(folders, disk)
        return outcome
    }

    // MARK: One file

    /// The path as bytes, where the manifest has it as they were.
    private func path(
        of file: ArchivedFile,
        _ state: FileState?
    ) throws(OperatorError) -> BytePath {
        var path = BytePath(file.path)
        if let state, String(decoding: state.path.bytes, as: UTF8.self) == file.path {
            path = state.path
        }
        if isBelowSources { path = BytePath(file.source).appending(path) }
        guard path.isContained else {
            throw OperatorError(.storage, "\(path) would leave the folder: nothing more is written")
        }
        return path
    }

    private func restore(
        _ file: ArchivedFile,
        _ path: BytePath,
        _ mode: UInt32,
        _ disk: LinuxDisk,
        _ archive: ArchiveCopy,
        _ progress: ProgressBar
    ) throws(OperatorError) {
        let half = path.parent.appending(Restoration.half)
        let copy = try ask(path) { () throws(SystemError) in
            try disk.makeDirectories(path.parent)
            return try ExportFile(disk, half, shown: path, replace: true)
        }
        do throws(OperatorError) {
            try archive.copy(file) { bytes in
                progress.add(UInt64(bytes.count))
                return copy.write(bytes)
            }
            try copy.finish()
            try ask(path) { () throws(SystemError) in
                try disk.setMode(half, mode)
                try disk.rename(half, to: path)
            }
        } catch {
            _ = try? ask(path) { () throws(SystemError) in try disk.remove(half) }
            throw error
        }
    }

    /// Makes the names durable: of the folders with new files, and of those that lead there.
    private func synchronize(_ folders: Set<BytePath>, _ disk: LinuxDisk) throws(OperatorError) {
        var all = folders
        for folder in folders {
            var parent = folder
            while !parent.isEmpty {
                parent = parent.parent
                all.insert(parent)
            }
        }
        for folder in all.sorted() {
            try ask(folder) { () throws(SystemError) in try disk.synchronizeDirectory(folder) }
        }
    }

    private func folder() throws(OperatorError) -> LinuxDisk {
        do throws(SystemError) {
            let root: BytePath = target.isAbsolute ? "/" : "."
            try LinuxDisk(root: root, links: .follow).makeDirectories(target)
            return try LinuxDisk(root: target, links: .refuse)
        } catch {
            throw ExportFile.failed(target, error)
        }
    }

    private func ask<Value>(
        _ path: BytePath,
        _ body: () throws(SystemError) -> Value
    ) throws(OperatorError) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw ExportFile.failed(target.appending(path), error)
        }
    }
}
