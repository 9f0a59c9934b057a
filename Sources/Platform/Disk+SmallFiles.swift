import Core

extension Disk {
    /// The whole of a small file; nil when there is none.
    ///
    /// - Throws: `EFBIG` beyond `limit` bytes.
    package func contents(
        _ path: BytePath,
        limit: Int = 1 << 20
    ) throws(SystemError) -> [UInt8]? {
        guard try status(path) != nil else { return nil }
        let file = try open(path, .read)
        let size = Int(clamping: try file.status().size)
        guard size <= limit else { throw SystemError(errno: 27, call: "read", path: path) }
        var bytes = [UInt8](repeating: 0, count: size)
        var failure: SystemError?
        let count = bytes.withUnsafeMutableBytes { buffer in
            do throws(SystemError) {
                return try file.read(into: buffer, at: 0)
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        bytes.removeLast(size - count)
        return bytes
    }

    /// Puts `bytes` in place of what the file held: after a crash it holds the one or the other, whole.
    package func replaceContents(_ path: BytePath, _ bytes: [UInt8]) throws(SystemError) {
        let temporary = BytePath(path.bytes + Array(".new".utf8))
        try remove(temporary)
        let file = try open(temporary, .createNew)
        var failure: SystemError?
        bytes.withUnsafeBytes { buffer in
            do throws(SystemError) {
                try file.write(buffer, at: 0)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        try file.synchronize()
        try rename(temporary, to: path)
        try synchronizeDirectory(path.parent)
    }
}
