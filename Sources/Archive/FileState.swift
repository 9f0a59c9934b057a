import Core

/// What is known of one file, all its generations together.
package struct FileState: Sendable, Hashable {
    package let id: FileID
    package let agent: AgentID
    package let source: String
    /// Relative to its source, as of the last rename.
    package let path: BytePath
    /// When the file was created in the archive, by the receiver's clock.
    package let created: WallTime
    /// Whether it is gone from the workstation.
    package let isDeleted: Bool
    package let generations: [Generation: StreamState]
}
