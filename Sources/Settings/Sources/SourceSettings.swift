import Core

/// `[source.NAME]` as it was configured, paths and patterns expanded and defaults put in.
package struct SourceSettings: Sendable, Hashable {
    package let name: String
    package var enabled = true
    /// Nil for a source of one's own.
    package var preset: SourcePreset?
    /// Nil only until the defaults are put in.
    package var root: BytePath?
    /// Patterns of a source of one's own, absolute or relative to the root.
    package var include: [String] = []
    package var exclude: [String] = []
    /// Nil for a preset, whose patterns have modes of their own.
    package var mode: SourceMode?
    package var followLinks = false

    init(name: String) { self.name = name }
}
