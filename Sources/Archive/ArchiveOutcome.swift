/// What an event did to the archive.
package enum ArchiveOutcome: Sendable, Hashable {
    case applied
    /// It was known already.
    case unchanged
    /// It cannot be: what is wrong with it, for people.
    case refused(String)
}
