import Archive
import Catalog
import Core
import Platform

/// Writes the files of a session as they came: one to the output, or all below a folder.
struct OriginalExport {
    let context: QueryContext

    func run(_ session: SessionSummary) throws(OperatorError) {
        guard let target = context.arguments.values["--to"] else {
            let files = try context.catalog.files(ofSession: session.id)
            guard files.count == 1 else { throw several(files) }
            return try ArchiveCopy(context.storage).copy(files[0]) { StandardOutput.write($0) }
        }
        var files: [ArchivedFile] = []
        for member in try context.catalog.family(of: session) {
            for file in try context.catalog.files(ofSession: member.id) where !files.contains(file)
            {
                files.append(file)
            }
        }
        guard !files.isEmpty else { throw several([]) }
        let path = BytePath(target)
        if files.count == 1, try !isFolder(path) { return try write(files[0], path) }
        let outcome = try Restoration(
            storage: context.storage,
            target: path,
            isForced: context.flag("--force"),
            isBelowSources: true,
            label: "export"
        ).run(files)
        outcome.tell(path, context.output)
    }

    private func isFolder(_ path: BytePath) throws(OperatorError) -> Bool {
        guard path.bytes.last != BytePath.slash else { return true }
        do throws(SystemError) {
            let disk = try LinuxDisk(root: path.isAbsolute ? "/" : ".", links: .follow)
            return try disk.statusFollowingLinks(path)?.kind == .directory
        } catch {
            throw ExportFile.failed(path, error)
        }
    }

    private func write(_ file: ArchivedFile, _ path: BytePath) throws(OperatorError) {
        let copy = try ExportFile(path, replace: context.flag("--force"))
        let progress = ProgressBar("export", total: file.held)
        try ArchiveCopy(context.storage).copy(file) { bytes in
            progress.add(UInt64(bytes.count))
            return copy.write(bytes)
        }
        try copy.finish()
        progress.finish()
        context.output.line("\(path) is written")
    }

    private func several(_ files: [ArchivedFile]) -> OperatorError {
        guard !files.isEmpty else {
            return OperatorError(.input, "the archive has no file of this session")
        }
        let names = files.map { "\n    " + TerminalText.line("\($0.source)/\($0.path)") }
        return OperatorError(
            .input,
            "this session stands in \(files.count) files",
            remedy: "--to FOLDER writes them all:" + names.joined()
        )
    }
}
