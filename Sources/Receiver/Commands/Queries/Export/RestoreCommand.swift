import Catalog
import Core
import Settings

/// `tailship-receiver restore`: the files of an agent back below a folder, each in its latest generation.
///
/// They are `SOURCE/PATH` there, or with `--source` only that source's, as `PATH`. They are new files with
/// today's times, so that no tool takes them for old ones and deletes them.
enum RestoreCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        let agent = try context.word("an AGENT and --to FOLDER")
        guard let target = context.arguments.values["--to"], !target.isEmpty else {
            throw OperatorError(
                .usage,
                "restore needs --to FOLDER",
                remedy: "tailship-receiver restore --help shows how it is used."
            )
        }
        let files = try files(of: agent, context)
        let path = BytePath(target)
        let outcome = try Restoration(
            storage: context.storage,
            target: path,
            isForced: context.flag("--force"),
            isBelowSources: context.arguments.values["--source"] == nil,
            label: "restore"
        ).run(files)
        outcome.tell(path, context.output)
    }

    private static func files(
        of agent: String,
        _ context: QueryContext
    ) throws(OperatorError) -> [ArchivedFile] {
        let all = try context.catalog.files(ofAgent: agent)
        var files = all
        if let source = context.arguments.values["--source"] {
            files = files.filter { $0.source == source }
            guard !files.isEmpty else {
                let known = Set(all.map(\.source)).sorted().joined(separator: ", ")
                throw OperatorError(
                    .input,
                    "\(TerminalText.line(agent)) has no files of a source \(TerminalText.line(source))",
                    remedy: "It has: \(TerminalText.line(known))"
                )
            }
        }
        guard let pattern = context.arguments.values["--only"] else { return files }
        guard let glob = Glob(typed: pattern) else {
            throw OperatorError(
                .usage,
                "--only \(TerminalText.line(pattern)) is no pattern of paths"
            )
        }
        // A pattern of a name alone is of files in any folder.
        let isOfName = !pattern.contains("/")
        files = files.filter {
            let path = BytePath($0.path)
            return glob.matches(path) || isOfName && glob.matches(path.lastComponent)
        }
        guard !files.isEmpty else {
            throw OperatorError(
                .input,
                "no file matches \(TerminalText.line(pattern))",
                remedy:
                    "Paths are relative to their source; ** stands for any folders: '**/*.jsonl'"
            )
        }
        return files
    }
}
