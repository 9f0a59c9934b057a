import Core

/// What is known of one file, all its generations together.
package struct FileState: Sendable, Hashable {
    /// Minted by the receiver.
    package let id: FileID
    /// Whose file it is.
    package let agent: AgentID
    /// The agent's name for the source.
    package let source: String
    /// Relative to its source, as of the last rename.
    package let path: BytePath
    /// When the file was created in the archive, by the receiver's clock.
    package let created: WallTime
    /// Whether it is gone from the workstation.
    package let isDeleted: Bool
    /// Every content that the file had, by number.
    package let generations: [Generation: StreamState]
}
