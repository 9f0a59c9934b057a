import Tailing

/// The bounds of the file keeper.
package struct KeeperSettings: Sendable {
    /// When snapshots are taken.
    package var snapshots = SnapshotPolicy()
    /// Bytes that held files may keep on the disk after their own name is gone.
    package var heldBytes: UInt64 = 4 << 30
    /// Bytes of copies that may wait to be verified; the next copy waits for room.
    package var copiedBytes: UInt64 = 256 << 20
    /// A file found by a scan belongs to the live lane if it was written to within this time.
    package var liveWithin: Duration = .seconds(60)
    /// Bytes that a comparison reads at once; a longer one goes on in `work`.
    package var inlineBytes = 4 << 20
    /// Files kept open between two reads.
    package var openFiles = 32

    package init() {}
}
