import Core
import Platform
import Settings

/// `tailship-receiver checkpoint [list|now|verify]`: lists them, makes one, or reads them all again.
enum CheckpointCommand {
    static let usage = "tailship-receiver checkpoint [list|now|verify] [--json]"
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
        switch arguments.rest.count > 1 ? arguments.rest[1] : "list" {
        case "list": try list(maker.folder, isForPrograms: arguments.flags.contains("--json"))
        case "now": try make(maker)
        case "verify": return try verify(maker.folder)
        case let word:
            throw OperatorError(.usage, "unknown action \"\(word)\"", remedy: "usage: \(usage)")
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

    private static func list(
        _ folder: CheckpointFolder,
        isForPrograms: Bool
    ) throws(OperatorError) {
        var found: [(UInt64, CheckpointManifest?, UInt64)] = []
        for number in try folder.numbers() {
            found.append((number, try folder.manifest(number), try folder.size(number)))
        }
        guard !isForPrograms else {
            var json = JSONWriter()
            json.array { json in
                for (number, manifest, size) in found {
                    json.object { describe(number, manifest, size, in: folder, &$0) }
                }
            }
            _ = StandardOutput.write(json.result + "\n")
            return
        }
        var table = TextTable([
            "CHECKPOINT", "MADE", "HOLDS", "ROWS", "DELETIONS", "LINES", "ON DISK",
        ])
        for (number, manifest, size) in found { table.add(line(number, manifest, size)) }
        _ = StandardOutput.write(table.text)
    }

    private static func line(
        _ number: UInt64,
        _ manifest: CheckpointManifest?,
        _ size: UInt64
    ) -> [String] {
        let name = CheckpointFolder.name(number).description
        guard let manifest else { return [name, "damaged"] }
        return [
            name, manifest.made.iso8601, manifest.isWhole ? "all rows" : "changes",
            "\(manifest.segments.reduce(0) { $0 + $1.rows })",
            "\(manifest.segments.reduce(0) { $0 + $1.deletions })",
            ByteCount.text(manifest.bytes), ByteCount.text(size),
        ]
    }

    private static func describe(
        _ number: UInt64,
        _ manifest: CheckpointManifest?,
        _ size: UInt64,
        in folder: CheckpointFolder,
        _ json: inout JSONWriter
    ) {
        json.number("number", number)
        json.string("path", folder.path.appending(CheckpointFolder.name(number)).description)
        json.bool("damaged", manifest == nil)
        json.number("size", size)
        guard let manifest else { return }
        json.string("made", manifest.made.iso8601)
        json.bool("whole", manifest.isWhole)
        json.number("rows", manifest.segments.reduce(0) { $0 + $1.rows })
        json.number("deletions", manifest.segments.reduce(0) { $0 + $1.deletions })
        json.number("bytes", manifest.bytes)
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
