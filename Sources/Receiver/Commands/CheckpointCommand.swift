import Core
import Platform
import Settings

/// `tailship-receiver checkpoint`: makes one now, lists them, or reads them all again.
enum CheckpointCommand {
    /// How long another process that makes one is waited for.
    private static let patience: Duration = .seconds(60)

    /// - Returns: the exit status, 1 when some are not as they were written.
    static func run(
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) -> Int32 {
        try StorageOwner.become(settings)
        guard let directory = settings.checkpoints.directory else {
            throw OperatorError(
                .configuration,
                "there are no checkpoints",
                remedy:
                    "Name a folder in receiver.conf: [checkpoints] directory = \"/srv/checkpoints\""
            )
        }
        let maker = try CheckpointMaker(
            settings.checkpoints,
            in: directory,
            catalog: settings.storage.directory.appending(CatalogFile.name)
        )
        if arguments.flags.contains("--verify") { return try verify(maker.folder) }
        if arguments.flags.contains("--now") {
            try make(maker)
        } else {
            try list(maker.folder)
        }
        return Exit.success
    }

    private static func make(_ maker: CheckpointMaker) throws(OperatorError) {
        let end = Clock.monotonic() + patience
        var lock = try maker.folder.lock()
        while lock == nil, Clock.monotonic() < end {
            _ = Signal().wait(timeout: .milliseconds(100))
            lock = try maker.folder.lock()
        }
        guard lock != nil else {
            throw OperatorError(.busy, "another process makes a checkpoint in \(maker.folder.path)")
        }
        defer { _ = lock }
        guard let made = try maker.make(now: Clock.wall()) else {
            _ = StandardOutput.write("nothing has changed since the last checkpoint\n")
            return
        }
        let path = maker.folder.path.appending(CheckpointFolder.name(made.number))
        _ = StandardOutput.write("\(path): \(made.rows) rows, \(ByteCount.text(made.bytes))\n")
    }

    private static func list(_ folder: CheckpointFolder) throws(OperatorError) {
        var table = TextTable(["CHECKPOINT", "MADE", "ROWS", "DELETIONS", "LINES", "ON DISK"])
        for number in try folder.numbers() {
            let name = CheckpointFolder.name(number)
            guard let manifest = try folder.manifest(number) else {
                table.add([name.description, "damaged"])
                continue
            }
            let size = try folder.work { () throws(SystemError) in
                var size: UInt64 = 0
                for entry in try folder.disk.list(name) {
                    size += try folder.disk.status(name.appending(entry.name))?.size ?? 0
                }
                return size
            }
            table.add([
                name.description, manifest.made.iso8601,
                "\(manifest.segments.reduce(0) { $0 + $1.rows })",
                "\(manifest.segments.reduce(0) { $0 + $1.deletions })",
                ByteCount.text(manifest.bytes), ByteCount.text(size),
            ])
        }
        _ = StandardOutput.write(table.text)
    }

    private static func verify(_ folder: CheckpointFolder) throws(OperatorError) -> Int32 {
        let faults = try CheckpointVerifier(folder).faults()
        let count = try folder.numbers().count
        guard !faults.isEmpty else {
            _ = StandardOutput.write("\(count) checkpoints: all as they were written\n")
            return Exit.success
        }
        for fault in faults { _ = StandardOutput.write(fault + "\n") }
        return Exit.failure
    }
}
