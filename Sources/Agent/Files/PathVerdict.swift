/// What a source's rules say about a path below its root.
package enum PathVerdict: Hashable, Sendable {
    /// A file that grows: its bytes are shipped as they come.
    case tail
    /// A file that is rewritten whole: it is shipped by copies.
    case snapshot
    /// A kind of file that cannot be shipped, and why.
    case refused(String)
    /// No rule asks for it.
    case excluded
}
