import Catalog
import Core
import Platform

/// `tailship-receiver restore`: the files of an agent back below a folder, each in its latest generation.
///
/// They are `SOURCE/PATH` there, or with `--source` only that source's, as `PATH`. They are new files with
/// today's times, so that no tool takes them for old ones and deletes them.
enum RestoreCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        let agent = try context.word("AGENT --to DIR")
        guard let target = context.arguments.values["--to"], !target.isEmpty else {
            throw OperatorError(.usage, "usage: tailship-receiver restore AGENT --to DIR")
        }
        let only = context.arguments.values["--source"]
        let files = try context.catalog.files(ofAgent: agent).filter {
            only == nil || $0.source == only
        }
        let disk = try folder(BytePath(target))
        let archive = try ArchiveCopy(context.storage)
        let isForced = context.arguments.flags.contains("--force")
        var written = 0
        var kept: [BytePath] = []
        for file in files {
            let path = BytePath(only == nil ? "\(file.source)/\(file.path)" : file.path)
            guard path.isContained else {
                throw OperatorError(.storage, "\(path) would leave the folder: nothing is written")
            }
            let isThere = try ask(path) { () throws(SystemError) in
                try disk.status(path) != nil
            }
            if isThere, !isForced {
                kept.append(path)
                continue
            }
            try restore(file, path, disk, archive)
            written += 1
        }
        context.output.line("\(written) files are written below \(BytePath(target))")
        guard !kept.isEmpty else { return }
        context.output.line("\(kept.count) were there already (--force writes over them):")
        for path in kept.prefix(10) { context.output.line("  \(path)") }
        if kept.count > 10 { context.output.line("  …") }
    }

    private static func folder(_ path: BytePath) throws(OperatorError) -> LinuxDisk {
        try ask(path) { () throws(SystemError) in
            let root: BytePath = path.isAbsolute ? "/" : "."
            try LinuxDisk(root: root, links: .follow).makeDirectories(path)
            return try LinuxDisk(root: path, links: .refuse)
        }
    }

    private static func restore(
        _ file: ArchivedFile,
        _ path: BytePath,
        _ disk: LinuxDisk,
        _ archive: ArchiveCopy
    ) throws(OperatorError) {
        let copy = try ask(path) { () throws(SystemError) in
            try disk.makeDirectories(path.parent)
            // A file that is half there must not pass for the whole.
            let temporary = BytePath(path.bytes + Array(".tailship-restore".utf8))
            return (
                temporary, try ExportFile(disk, temporary, shown: path, replace: true)
            )
        }
        try archive.copy(file) { copy.1.write($0) }
        try copy.1.finish()
        try ask(path) { () throws(SystemError) in try disk.rename(copy.0, to: path) }
    }

    private static func ask<Value>(
        _ path: BytePath,
        _ body: () throws(SystemError) -> Value
    ) throws(OperatorError) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw ExportFile.failed(path, error)
        }
    }
}
