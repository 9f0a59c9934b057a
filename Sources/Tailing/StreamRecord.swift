package import Core

/// A number of one stream on this workstation; unique in its state folder, never zero, never reused.
package typealias StreamNumber = Int64

/// What is remembered of one generation of one file.
///
/// The hashes of what was read stand beside it, one for each MiB; `hashedLength` says how far they reach.
package struct StreamRecord: Hashable, Sendable {
    package var number: StreamNumber
    /// The name of the source that the file belongs to.
    package var source: String
    /// Relative to the root of the source.
    package var path: BytePath
    /// The file as it was at the last look.
    package var seen: Sighting
    /// Whether a write after the last look is sure to show in the modification time.
    package var settled: Bool
    package var state: StreamState
    package var reason: StreamReason
    /// The generation of the same file before this one; nil for the first.
    package var previous: StreamNumber?
    /// Bytes from the start that have been read and hashed.
    package var hashedLength: UInt64
    /// Whether the state folder holds the bytes: a hard link, or the copy of a snapshot.
    package var held: Bool
    /// Whether the content was read a second time since it changed, and agreed with the hashes.
    package var confirmed: Bool
    /// Counts what receivers must be told: a new path, the end of the stream.
    package var revision: Int64

    /// A stream as it begins: nothing read, nothing held.
    package init(
        number: StreamNumber,
        source: String,
        path: BytePath,
        seen: Sighting,
        settled: Bool,
        state: StreamState = .live,
        reason: StreamReason = .first,
        previous: StreamNumber? = nil
    ) {
        self.number = number
        self.source = source
        self.path = path
        self.seen = seen
        self.settled = settled
        self.state = state
        self.reason = reason
        self.previous = previous
        self.hashedLength = 0
        self.held = false
        self.confirmed = false
        self.revision = 0
    }

    /// Remembers a look that found no other content.
    package mutating func observe(_ sighting: Sighting, at now: WallTime) {
        if sighting.size != seen.size || sighting.modified != seen.modified { confirmed = false }
        seen = sighting
        settled = sighting.isSettled(at: now)
    }
}
