import Core

/// Which file a dialect reads.
package struct FileContext: Sendable, Hashable {
    /// The agent's name for the source ("claude-code", "codex", "gemini" are presets).
    package var source: String
    /// Relative to the source's root, as of its last rename; components are separated by "/".
    package var path: BytePath
    package var stream: StreamID

    package init(source: String, path: BytePath, stream: StreamID) {
        self.source = source
        self.path = path
        self.stream = stream
    }
}

/// The reader of one file of one tool.
///
/// It is fed the file's records in their order from the first on. Between two feeds it can be put to rest as
/// `state` and made again from it, in another process too.
package protocol Dialect {
    /// What the rows of this file are filed under.
    var tool: Tool { get }

    /// A dialect for a file from its start (an empty state), or from what `state` gave.
    ///
    /// A state that makes no sense counts as empty.
    init(_ context: FileContext, state: [UInt8])

    /// What is to be remembered of the records so far, at most a few KiB for each MiB of the file.
    var state: [UInt8] { get }

    /// Reads one record; it never fails: what is not understood becomes an entry that says so.
    mutating func read(_ record: JSONValue, at position: RecordPosition) -> Entry
}
