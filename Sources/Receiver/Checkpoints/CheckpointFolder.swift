import Core
import Platform
import TLS

/// The folder of checkpoints.
///
/// ```
/// <12 digits>/manifest.json         what is in it; see `CheckpointManifest`
/// <12 digits>/<table>.jsonl         a line for each row that changed; or, when it is old enough
/// <12 digits>/<table>.jsonl.zst
/// .making/                          one that is being made; deleted at the next start
/// .lock                             who makes them
/// ```
/// A checkpoint is written whole and synced before it is renamed to its number, and never changes after that, but for
/// being compressed. Its number is one more than that of the one before.
struct CheckpointFolder {
    static let making: BytePath = ".making"
    private static let digits = 12

    let path: BytePath
    let disk: LinuxDisk

    init(_ path: BytePath) throws(OperatorError) {
        self.path = path
        disk = try CheckpointFolder.work(path) { () throws(SystemError) in
            try LinuxDisk(root: "/", links: .follow).makeDirectories(path)
            return try LinuxDisk(root: path, links: .refuse)
        }
    }

    /// Takes the lock of who makes checkpoints here; nil while another process has it.
    func lock() throws(OperatorError) -> FileLock? {
        try work { () throws(SystemError) in try FileLock.tryAcquire(path.appending(".lock")) }
    }

    /// The numbers of all checkpoints, ascending.
    func numbers() throws(OperatorError) -> [UInt64] {
        try work { () throws(SystemError) in try disk.list("") }
            .filter { $0.kind == .directory && $0.name.bytes.count == CheckpointFolder.digits }
            .compactMap { UInt64(String(decoding: $0.name.bytes, as: UTF8.self)) }.sorted()
    }

    static func name(_ number: UInt64) -> BytePath {
        let text = String(number)
        return BytePath(String(repeating: "0", count: max(0, digits - text.count)) + text)
    }

    /// The manifest of a checkpoint; nil when it is missing or damaged.
    func manifest(_ number: UInt64) throws(OperatorError) -> CheckpointManifest? {
        let file = CheckpointFolder.name(number).appending(CheckpointManifest.name)
        let bytes = try work { () throws(SystemError) in try disk.contents(file, limit: 1 << 20) }
        guard let manifest = bytes.flatMap({ CheckpointManifest($0) }), manifest.number == number
        else { return nil }
        return manifest
    }

    /// The last sound one that needs none before it; nil when there is none.
    func newestWhole() throws(OperatorError) -> CheckpointManifest? {
        for number in try numbers().reversed() {
            if let manifest = try manifest(number), manifest.isWhole { return manifest }
        }
        return nil
    }

    /// What its files take on the disk.
    func size(_ number: UInt64) throws(OperatorError) -> UInt64 {
        let name = CheckpointFolder.name(number)
        return try work { () throws(SystemError) in
            var size: UInt64 = 0
            for entry in try disk.list(name) {
                size += try disk.status(name.appending(entry.name))?.size ?? 0
            }
            return size
        }
    }

    /// Deletes a folder with the files in it; one that is not there is no error.
    func remove(_ name: BytePath) throws(OperatorError) {
        try work { () throws(SystemError) in
            guard try disk.status(name) != nil else { return }
            // Without a manifest, what a crash leaves of it is no checkpoint.
            try disk.remove(name.appending(CheckpointManifest.name))
            for entry in try disk.list(name) { try disk.remove(name.appending(entry.name)) }
            try disk.removeDirectory(name)
        }
    }

    func work<Value>(_ body: () throws(SystemError) -> Value) throws(OperatorError) -> Value {
        try CheckpointFolder.work(path, body)
    }

    private static func work<Value>(
        _ path: BytePath,
        _ body: () throws(SystemError) -> Value
    ) throws(OperatorError) -> Value {
        try OperatorError.system(
            .fileSystem,
            "use the folder of checkpoints \(path)",
            remedy: "[checkpoints] directory must be a folder that the receiver's user may write.",
            body
        )
    }
}
