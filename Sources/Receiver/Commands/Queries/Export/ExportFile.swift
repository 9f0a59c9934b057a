import Core
import Platform

/// A file that a command writes from its start; it belongs to one thread.
final class ExportFile {
    private let path: BytePath
    private let file: any DiskFile
    private var end: UInt64 = 0
    private var failure: SystemError?

    /// Makes the file, with mode 0600; one that is there is written over only with `replace`.
    convenience init(_ path: BytePath, replace: Bool) throws(OperatorError) {
        do throws(SystemError) {
            let folder = path.parent.isEmpty ? (path.isAbsolute ? "/" : ".") : path.parent
            let disk = try LinuxDisk(root: folder, links: .follow)
            try self.init(disk, path.lastComponent, shown: path, replace: replace)
        } catch {
            throw ExportFile.failed(path, error)
        }
    }

    /// Makes the file on a disk.
    init(
        _ disk: any Disk,
        _ name: BytePath,
        shown: BytePath,
        replace: Bool
    ) throws(SystemError) {
        path = shown
        if replace { try disk.remove(name) }
        file = try disk.open(name, .createNew)
    }

    /// False when it failed; `finish` says why.
    func write(text: String) -> Bool {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    /// False when it failed; `finish` says why.
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard failure == nil else { return false }
        do throws(SystemError) {
            try file.write(bytes, at: end)
            end += UInt64(bytes.count)
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// Makes the bytes durable; fails when a write has.
    func finish() throws(OperatorError) {
        do throws(SystemError) {
            if let failure { throw failure }
            try file.synchronize()
        } catch {
            throw ExportFile.failed(path, error)
        }
    }

    static func failed(_ path: BytePath, _ error: SystemError) -> OperatorError {
        OperatorError(
            .fileSystem,
            "cannot write \(path)",
            remedy: error.errno == 17 ? "It is there already; --force replaces it." : nil,
            cause: error.description
        )
    }
}
