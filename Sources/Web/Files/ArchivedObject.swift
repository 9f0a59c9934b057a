import Archive
import Core
import Platform

/// The bytes of one generation in the archive; it only grows, and what is there never changes.
final class ArchivedObject {
    private let file: any DiskFile
    private let path: BytePath

    /// - Throws: 404 for one that was let go.
    init(_ stream: StreamID, storage: BytePath) throws(APIError) {
        path = Archive.objectPath(stream)
        let opened: (any DiskFile)?
        do throws(SystemError) {
            let disk = try LinuxDisk(root: storage, links: .refuse)
            opened = try disk.status(path) == nil ? nil : try disk.open(path, .read)
        } catch {
            throw APIError(500, "internal", "the archive cannot be read: \(error)")
        }
        guard let opened else { throw .missing("the archive has this no more") }
        file = opened
    }

    /// Gives a part to `body`, piece by piece.
    ///
    /// - Throws: 500 for an object that is shorter than that.
    func read(
        _ offset: UInt64,
        _ length: UInt64,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(APIError) {
        let size = Int(min(max(1, length), 1 << 18))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var done: UInt64 = 0
        while done < length {
            let part = UnsafeMutableRawBufferPointer(
                rebasing: buffer[..<Int(min(UInt64(size), length - done))]
            )
            let count: Int
            do throws(SystemError) { count = try file.read(into: part, at: offset + done) } catch {
                throw APIError(500, "internal", "the archive cannot be read: \(error)")
            }
            guard count > 0 else {
                throw APIError(500, "internal", "\(path) ends before this record does")
            }
            body(UnsafeRawBufferPointer(rebasing: part[..<count]))
            done += UInt64(count)
        }
    }

    /// A part as an answer, which is read as it is sent.
    func body(_ offset: UInt64, _ length: UInt64) throws(APIError) -> HTTPResponse.Body {
        .file(FileBody(file, offset: offset, length: length))
    }
}
