import Core

/// What one look at a regular file showed.
package struct Sighting: Hashable, Sendable {
    package var key: FileKey
    /// Bytes.
    package var size: UInt64
    package var modified: WallTime
    package var changed: WallTime

    package init(key: FileKey, size: UInt64, modified: WallTime, changed: WallTime) {
        self.key = key
        self.size = size
        self.modified = modified
        self.changed = changed
    }

    /// Whether a write that follows the look at `now` must show in the modification time.
    ///
    /// File systems stamp with the tick of a coarse clock (4 ms at 250 Hz), so a second write in the
    /// tick of the first leaves no trace. A stamp of the future was set by somebody, not by a write.
    package func isSettled(at now: WallTime) -> Bool {
        let age = now - modified
        return age > TailRules.coarseClock || age < .zero - TailRules.coarseClock
    }
}
