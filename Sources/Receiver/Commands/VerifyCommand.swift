import Archive
import Core
import Platform
import Settings
import TLS

/// `tailship-receiver verify`: every object against the manifest and the digests that both sides agreed on.
enum VerifyCommand {
    /// - Returns: the exit status, 1 when something is damaged.
    static func run(_ settings: ReceiverSettings) throws(OperatorError) -> Int32 {
        let root = settings.storage.directory
        try StorageOwner.become(settings)
        let disk = try StorageFolder.open(root)
        // A running receiver changes what would be read here.
        let lock = try StorageFolder.lock(root)
        defer { _ = lock }
        let archive = try Archive.open(disk: disk)
        var bytes: UInt64 = 0
        let progress = ProgressBar("verify", total: archive.heldBytes)
        var damage = try archive.verifyObjects(hasher: SHA256Blocks()) {
            bytes += $0
            progress.add($0)
        }
        progress.finish()
        let text = ByteCount.text(bytes)
        // A restore leaves them: the bytes were copied after the manifest, and agents sent them again since.
        let leftOver = damage.filter { $0.reason == .unknown }
        for object in leftOver { _ = StandardOutput.write("\(object)\n") }
        if !leftOver.isEmpty {
            _ = StandardOutput.write(
                "\(leftOver.count) objects are of no file, as a restore from an older backup leaves them\n"
            )
        }
        damage.removeAll { $0.reason == .unknown }
        guard !damage.isEmpty else {
            _ = StandardOutput.write("\(archive.fileCount) files, \(text): all as verified\n")
            return Exit.success
        }
        for object in damage { _ = StandardOutput.write("\(object)\n") }
        _ = StandardOutput.write(
            "\(damage.count) of \(archive.fileCount) files are damaged (\(text) read)\n"
                + "  → an agent that still has the files sends them again: tailship-agent verify\n"
        )
        return Exit.failure
    }
}
