import Core

/// A number of one stream on this workstation; unique in its state folder, never zero, never reused.
package typealias StreamNumber = Int64

/// What is remembered of one generation of one file.
///
/// A checksum of each MiB that was read stands beside it; `hashedLength` says how far they reach.
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
    /// What its hard link in the state folder is called, or its copy; nil when its bytes are not held.
    package var hold: StreamNumber?
    /// The digest of the first `hashedLength` bytes as the wire has it, from the second read, in which they
    /// agreed with the checksums; nil until then, and again after every change.
    package var digest: Digest?
    /// Counts what receivers must be told: a new path, the end of the stream.
    package var revision: Int64
    /// Whether this is the newest stream of its path.
    package var isCurrent: Bool
    /// When it was first seen, or copied.
    package var began: WallTime
    /// Why and when its path stopped showing it; nil while it does.
    package var end: StreamEnd?

    /// A stream as it begins: nothing read, nothing held.
    package init(
        number: StreamNumber,
        source: String,
        path: BytePath,
        seen: Sighting,
        at now: WallTime,
        state: StreamState = .live,
        reason: StreamReason = .first,
        previous: StreamNumber? = nil
    ) {
        self.number = number
        self.source = source
        self.path = path
        self.seen = seen
        self.settled = seen.isSettled(at: now)
        self.state = state
        self.reason = reason
        self.previous = previous
        self.hashedLength = 0
        self.hold = nil
        self.digest = nil
        self.revision = 0
        self.isCurrent = true
        self.began = now
        self.end = nil
    }

    /// Remembers a look that found no other content.
    package mutating func observe(_ sighting: Sighting, at now: WallTime) {
        if sighting.size != seen.size || sighting.modified != seen.modified { digest = nil }
        seen = sighting
        settled = sighting.isSettled(at: now)
    }

    /// Ends the stream: its path shows it no more, and only a held link reaches its bytes.
    package mutating func retire(_ cause: StreamEnd.Cause, at now: WallTime) {
        if state == .live { state = .gone }
        finish(cause, at: now)
    }

    /// Ends the stream because its bytes were overwritten or let go.
    package mutating func lose(_ cause: StreamEnd.Cause, at now: WallTime) {
        state = .lost
        hold = nil
        finish(cause, at: now)
    }

    /// The path shows the stream, again or under a new name.
    package mutating func move(to target: BytePath) {
        if path == target, state == .live { return }
        path = target
        state = .live
        isCurrent = true
        end = nil
        revision += 1
    }

    /// Whether the content was read a second time since it changed, and agreed with the checksums.
    package var confirmed: Bool { digest != nil }

    /// Whether the state folder holds its bytes.
    package var held: Bool { hold != nil }

    /// Whether its bytes can still be read.
    package var isReadable: Bool {
        switch state {
        case .live: true
        case .gone, .snapshot: held
        case .lost: false
        }
    }

    private mutating func finish(_ cause: StreamEnd.Cause, at now: WallTime) {
        isCurrent = false
        end = StreamEnd(cause: cause, time: now)
        revision += 1
    }
}
