import Core
import Glibc

/// Tells what changes in watched folders (inotify(7)).
package final class Inotify {
    /// Bytes that one read may fill: some hundred events.
    private static let bufferBytes = 16 * 1024
    /// Reads of one call, so that a busy folder does not keep the loop from everything else.
    private static let readsPerCall = 8
    /// Bytes of an event before its name: watch, mask, cookie and the name's length, 4 bytes each.
    private static let headerBytes = 16

    private let inotify: FileDescriptor
    private let buffer: UnsafeMutableRawBufferPointer

    /// Begins to listen; fails with `isWatchLimit` when this user has no instance left.
    package init() throws(SystemError) {
        inotify = FileDescriptor(
            owning: try checked(
                systemCall { inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)) },
                "inotify_init1"
            )
        )
        buffer = .allocate(byteCount: Self.bufferBytes, alignment: 8)
    }

    deinit { buffer.deallocate() }

    /// For `EventLoop.add`: readable while events wait.
    ///
    /// The object keeps owning it.
    package var descriptor: Int32 { inotify.rawValue }

    /// Watches the folder at `path`; the same folder has the same watch, and gets the new mask.
    ///
    /// A file is refused (ENOTDIR). When no more can be watched the error says `isWatchLimit`.
    /// `followLinks` says whether a symbolic link at the end of the path is followed.
    package func addWatch(
        _ path: BytePath,
        _ mask: Mask = .folder,
        followLinks: Bool = true
    )
        throws(SystemError) -> Int32
    {
        let flags = UInt32(IN_ONLYDIR) | (followLinks ? 0 : UInt32(IN_DONT_FOLLOW))
        let result = systemCall {
            path.withSystemPath { inotify_add_watch(descriptor, $0, mask.rawValue | flags) }
        }
        return try checked(result, "inotify_add_watch", path.description)
    }

    /// Stops watching; one that is gone already is no error.
    package func removeWatch(_ watch: Int32) { _ = inotify_rm_watch(descriptor, watch) }

    /// Calls `body` with the events that wait; if there are very many, with the first of them, and the
    /// descriptor stays readable.
    package func read(_ body: (Event) -> Void) throws(SystemError) {
        for _ in 0..<Self.readsPerCall {
            let count = systemCall { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
            if count == -Int(EAGAIN) { return }
            try checked(count, "read", "inotify")
            parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]), body)
            // A buffer that had room for one more of the longest events took all that waited.
            if count + Self.headerBytes + Limits.nameBytes + 1 <= buffer.count { return }
        }
    }

    private func parse(_ events: UnsafeRawBufferPointer, _ body: (Event) -> Void) {
        var start = 0
        while start + Self.headerBytes <= events.count {
            let length = Int(events.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self))
            let end = start + Self.headerBytes + length
            guard end <= events.count else { return }
            body(
                Event(
                    watch: events.loadUnaligned(fromByteOffset: start, as: Int32.self),
                    mask: Mask(
                        rawValue: events.loadUnaligned(
                            fromByteOffset: start + 4,
                            as: UInt32.self
                        )
                    ),
                    cookie: events.loadUnaligned(fromByteOffset: start + 8, as: UInt32.self),
                    // Padded with NULs.
                    name: BytePath(events[(start + Self.headerBytes)..<end].prefix { $0 != 0 })
                )
            )
            start = end
        }
    }
}
