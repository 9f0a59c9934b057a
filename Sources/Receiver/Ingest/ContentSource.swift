import Core
import Platform

/// The content of a stream of the archive, in its order.
protocol ContentSource: AnyObject {
    /// Reads on.
    ///
    /// - Returns: the bytes that were written to `buffer`; 0 when there is no more now.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(OperatorError) -> Int
}

/// The bytes of an object as they are.
final class ArchivedContent: ContentSource {
    private let file: any DiskFile
    private let source: IngestSource
    /// Of the next byte.
    private(set) var offset: UInt64

    init(_ file: any DiskFile, _ source: IngestSource, from offset: UInt64) {
        self.file = file
        self.source = source
        self.offset = offset
    }

    /// Beyond `held` the object may have bytes that do not count yet.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(OperatorError) -> Int {
        let wanted = Int(min(UInt64(buffer.count), source.held - min(offset, source.held)))
        guard wanted > 0 else { return 0 }
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
        let count = try OperatorError.system(.fileSystem, "read \(source.stream) of the archive") {
            () throws(SystemError) in try file.read(into: part, at: offset)
        }
        offset += UInt64(count)
        return count
    }
}
