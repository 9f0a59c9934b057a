import Core

/// The rules by which one file is followed.
package enum TailRules {
    /// How near to the look a modification time proves nothing.
    package static let coarseClock: Duration = .milliseconds(10)

    /// What a look at the file of `record`, by its own key, means.
    package static func look(
        _ record: StreamRecord,
        sees seen: Sighting,
        at now: WallTime
    ) -> TailDecision {
        if seen.size < record.hashedLength { return .newGeneration(.truncated) }
        if seen.size > record.seen.size { return .read }
        if seen != record.seen { return record.hashedLength == 0 ? .touched : .compare }
        if record.settled { return .unchanged }
        // The last look was too near to a write. Now it is over, so one comparison settles it.
        guard seen.isSettled(at: now) else { return .unchanged }
        return record.hashedLength == 0 ? .touched : .compare
    }

    /// What a comparison of everything that was read means: whether every block hash was found again.
    package static func decided(
        _ record: StreamRecord,
        sees seen: Sighting,
        agrees: Bool
    ) -> TailDecision {
        guard agrees else {
            return .newGeneration(seen.size < record.hashedLength ? .truncated : .rewritten)
        }
        return seen.size > record.hashedLength ? .read : .touched
    }
}
