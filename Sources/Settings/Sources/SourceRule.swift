/// Which files of a source are shipped, and how.
package struct SourceRule: Sendable, Hashable {
    /// Relative to the root of the source.
    package let pattern: Glob
    package let mode: SourceMode
}
