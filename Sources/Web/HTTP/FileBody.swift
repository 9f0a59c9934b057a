import Platform

/// A part of a file, read as it is sent.
///
/// Unchecked because the file's own thread is none: it is opened for this answer, handed over, and read on the
/// server's thread only.
package final class FileBody: @unchecked Sendable {
    private let file: any DiskFile
    private let offset: UInt64
    let length: UInt64

    package init(_ file: any DiskFile, offset: UInt64, length: UInt64) {
        self.file = file
        self.offset = offset
        self.length = length
    }

    /// Reads what stands at a position of the part; less than 0 when it cannot be read.
    func read(at position: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard position < length else { return -1 }
        let size = Int(min(UInt64(buffer.count), length - position))
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<size])
        do throws(SystemError) {
            let count = try file.read(into: part, at: offset + position)
            return count > 0 ? count : -2
        } catch {
            return -2
        }
    }
}
