/// Which file a path shows, told from what is remembered of the path and of the file.
package enum Placement: Hashable, Sendable {
    /// Nothing is there and nothing was.
    case nothing
    /// The stream of this path is still here: look at it.
    case known
    /// A file never seen before.
    case appeared
    /// A known file under a new name: its path moves, nothing is sent again.
    case renamed
    /// It looks like a known file under a new name, but its inode may have been given away: what was
    /// read decides. Where it differs the file is new.
    case possiblyRenamed
    /// Another name of a file that is still followed under its own.
    case alias
    /// Another file took the place of an unlinked one: the next generation of the same file.
    case replaced
    /// As `replaced`, but if the file begins with everything that was read, the stream goes on in it.
    case possiblyReplaced
    /// Another file took the place of one that was moved away: that one awaits its new name.
    case rotated
    /// The path shows nothing any more.
    case gone
}

extension TailRules {
    /// What a look at one path means.
    ///
    /// `seen` is the regular file at the path, `here` the stream that the path showed last, and `other`
    /// the live or gone stream with the key that was seen, if it is not `here`.
    package static func place(
        sees seen: Sighting?,
        here: StreamRecord?,
        other: StreamRecord?,
        facts: PlacementFacts
    ) -> Placement {
        guard let seen else { return here == nil ? .nothing : .gone }
        // The held link tells a renumbered device (after a reboot, say) from another file.
        if let here, here.seen.key == seen.key || facts.heldHereIsSeen { return .known }
        if other != nil {
            if facts.otherStillInPlace { return .alias }
            // A held link keeps the inode from being given away.
            return facts.otherHoldsIt ? .renamed : .possiblyRenamed
        }
        guard let here else { return .appeared }
        if facts.displacedHasName == true { return .rotated }
        // A restored home folder changes every key and no content. That is told by comparing, which needs that all of the old content was read.
        let readWhole = here.hashedLength >= here.seen.size && !facts.displacedChanged
        return readWhole && seen.size >= here.hashedLength ? .possiblyReplaced : .replaced
    }
}
