/// What somebody may do; each may what the one before may.
package enum Role: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Numbers without content.
    case viewerAggregate = "viewer-aggregate"
    /// Everything of one's own.
    case viewerOwn = "viewer-own"
    /// Everything.
    case viewer
    /// Changes too.
    case admin

    package static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }

    private var rank: Int { Role.allCases.firstIndex(of: self) ?? 0 }
}
