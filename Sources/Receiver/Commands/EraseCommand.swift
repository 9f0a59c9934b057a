import Catalog
import Core
import Platform
import Settings

/// `tailship-receiver erase SESSION`: a session out of archive and rows, with or without a running receiver.
enum EraseCommand {
    /// How long a running receiver is waited for.
    private static let patience: Duration = .seconds(600)

    /// - Returns: the exit status, 1 when it was not confirmed.
    static func run(
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) -> Int32 {
        // Asked for before root becomes the storage's owner.
        let person = Host.userName
        try StorageOwner.become(settings)
        let root = settings.storage.directory
        guard arguments.rest.count == 2 else {
            throw OperatorError(
                .usage,
                "usage: tailship-receiver erase SESSION [--dry-run] [--yes]"
            )
        }
        let catalog = try CatalogReader(path: root.appending("catalog.db"))
        let session = try catalog.session(matching: arguments.rest[1])
        guard let family = try catalog.family(of: session.id) else { return Exit.failure }
        let names = [family.name] + family.below
        let plan = try catalog.erasure(of: Set(names))
        _ = StandardOutput.write(text(plan, session))
        if arguments.flags.contains("--dry-run") {
            _ = StandardOutput.write("nothing was erased (--dry-run)\n")
            return Exit.success
        }
        guard try isConfirmed(arguments) else {
            _ = StandardOutput.write("nothing was erased\n")
            return Exit.failure
        }
        let registry = try Registry(path: root.appending("receiver.db"))
        try registry.erase(names, below: family.above, by: person, at: Clock.wall())
        if ReceiverCommand.nudge(settings, "lifecycle") {
            try wait(for: names, registry)
        } else {
            try StoppedReceiver(settings).settle()
        }
        guard try registry.isErased(names) else {
            _ = StandardOutput.write(
                "it is ordered, and gone on with at the receiver's next start\n"
            )
            return Exit.failure
        }
        _ = StandardOutput.write("erased\n" + (try leftovers(settings) ?? ""))
        return Exit.success
    }

    /// What was written elsewhere before, and is never changed there.
    private static func leftovers(
        _ settings: ReceiverSettings
    ) throws(OperatorError) -> String? {
        guard let path = settings.checkpoints.directory else { return nil }
        let count = try CheckpointFolder(path).numbers().count
        guard count > 0 else { return nil }
        return """
            The \(count) checkpoints in \(path) never change and may have rows of it. Delete them there to be rid of
            those: the next one has every row that is left.

            """
    }

    private static func isConfirmed(_ arguments: Arguments) throws(OperatorError) -> Bool {
        if arguments.flags.contains("--yes") { return true }
        guard Host.isTerminal(StandardInput.descriptor) else {
            throw OperatorError(
                .usage,
                "nobody is there to confirm it",
                remedy: "--yes confirms it; --dry-run shows what would go."
            )
        }
        _ = StandardOutput.write("Erase this for good? Type yes: ")
        return StandardInput.readLine() == "yes"
    }

    private static func wait(
        for names: [SessionName],
        _ registry: Registry
    ) throws(OperatorError) {
        let end = Clock.monotonic() + patience
        let pause = Signal()
        while try !registry.isErased(names) {
            guard Clock.monotonic() < end else {
                throw OperatorError(
                    .busy,
                    "the receiver has not finished yet",
                    remedy: "It goes on by itself; its log says what it waits for."
                )
            }
            _ = pause.wait(timeout: .milliseconds(100))
        }
    }

    // MARK: What would go

    static func text(_ plan: ErasurePlan, _ session: SessionSummary) -> String {
        let title = AmountText.short(session.title ?? "(no title)", 80)
        var text = "\(TerminalText.line(session.session))  \(title)\n"
        for sub in plan.sessions where sub.id != session.id {
            text += "  with \(TerminalText.line(sub.name.session))\n"
        }
        let bytes = plan.going.reduce(0) { $0 + $1.bytes }
        text += "\(plan.going.count) files, \(ByteCount.text(bytes)), leave the archive:\n"
        for file in plan.going { text += "  \(path(file))  \(ByteCount.text(file.bytes))\n" }
        text += "rows that go:\n"
        for (table, count) in plan.rows { text += "  \(table)  \(AmountText.grouped(count))\n" }
        guard !plan.staying.isEmpty else { return text }
        text +=
            "files that stay, because other sessions stand in them only; their bytes keep what they have\n"
        text +=
            "of this one, and no command but restore and export --format original gives it out:\n"
        for file in plan.staying {
            let others = file.others.map(TerminalText.line).joined(separator: ", ")
            text += "  \(path(file))  (\(others))\n"
        }
        return text
    }

    private static func path(_ file: ErasurePlan.File) -> String {
        TerminalText.line(file.source + "/" + file.path)
    }
}
