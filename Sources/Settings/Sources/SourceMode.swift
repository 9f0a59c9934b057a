/// How a file changes, which decides how it is read.
package enum SourceMode: String, Sendable, CaseIterable {
    /// It grows at its end: new bytes are shipped at once.
    case tail
    /// It is rewritten whole: each distinct content is shipped as a generation of its own.
    case snapshot
}
