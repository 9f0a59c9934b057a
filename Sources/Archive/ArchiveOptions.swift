/// How an archive uses its disk.
package struct ArchiveOptions: Sendable {
    /// Objects that are kept open.
    package var openObjects = 64
    /// Bytes of the manifest below which it is never compacted.
    package var compactionFloor: UInt64 = 1024 * 1024

    /// What a receiver uses.
    package init() {}
}
