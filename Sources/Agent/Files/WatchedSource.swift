import Core
import Settings

/// A folder whose files are followed, and by which rules.
package struct WatchedSource: Sendable {
    /// As configured; unique.
    package var name: String
    /// The absolute path that the paths of its files are relative to.
    package var root: BytePath
    /// What the rules say about a file, by its path below the root.
    package var decide: @Sendable (BytePath) -> PathVerdict
    /// Whether any file below the folder can be asked for; the empty path is the root.
    package var mayContain: @Sendable (BytePath) -> Bool
    /// Whether symbolic links to files and folders are followed.
    package var followsLinks: Bool
    /// Whether files are held: hard-linked into the state folder until they are verified.
    package var holds: Bool

    package init(
        name: String,
        root: BytePath,
        decide: @escaping @Sendable (BytePath) -> PathVerdict,
        mayContain: @escaping @Sendable (BytePath) -> Bool,
        followsLinks: Bool = false,
        holds: Bool = true
    ) {
        self.name = name
        self.root = root
        self.decide = decide
        self.mayContain = mayContain
        self.followsLinks = followsLinks
        self.holds = holds
    }

    /// A source as it is configured.
    package init(_ definition: SourceDefinition, holds: Bool) {
        self.init(
            name: definition.name,
            root: definition.root,
            decide: { path in
                switch definition.decide(path) {
                case .ship(.tail, _): .tail
                case .ship(.snapshot, _): .snapshot
                case .skip(.database): .refused(definition.explanation(of: path))
                case .skip(.excluded), .skip(.noRule): .excluded
                }
            },
            mayContain: { definition.couldShip(below: $0) },
            followsLinks: definition.followLinks,
            holds: holds
        )
    }

    /// The absolute path of a relative one.
    func absolute(_ path: BytePath) -> BytePath { path.isEmpty ? root : root.appending(path) }
}
