/// One step of a glob between two separators.
enum GlobSegment: Sendable, Hashable {
    /// `**`: any number of names, none included.
    case folders
    /// Exactly one name.
    case name(NamePattern)
}
