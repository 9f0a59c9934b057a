/// What a disk does with symbolic links and ".." in a path.
package enum LinkPolicy: Sendable, Hashable {
    /// Refuses them: no path leaves the root, whoever changes folders meanwhile.
    case refuse
    /// Follows them, as any program does. Leading slashes are left out: with the root "/" an absolute
    /// path means what it says.
    case follow
}
