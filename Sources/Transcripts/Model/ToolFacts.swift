import Core

/// A call of a tool by the model.
package struct ToolCallFact: Sendable, Hashable {
    /// The tool's identifier of the call, which its result repeats; nil when it has none.
    package var callID: String?
    /// The block of its event, from 0; with the event it tells a call without identifier.
    package var block: Int
    package var name: String
    /// The whole input as compact JSON, or as the tool wrote it.
    package var input: String
    package var filePath: String?
    package var command: String?
    /// A search's pattern, a URL, a question.
    package var query: String?
    package var targetDirectory: String?
    /// The server of an MCP tool (`mcp__<server>__<tool>`).
    package var mcpServer: String?
    package var model: String?
    package var response: ResponseKey?
    package var version: UInt64 = 0

    package init(callID: String?, block: Int, name: String, input: String) {
        self.callID = callID
        self.block = block
        self.name = name
        self.input = input
    }
}

/// What came of a call.
package enum ToolOutcome: String, Sendable, Hashable, CaseIterable {
    case success
    case error
    /// A person said no.
    case denied
    case interrupted
}

/// The result of a call; it may stand in another file than the call, before it, or alone.
package struct ToolResultFact: Sendable, Hashable {
    package var callID: String?
    package var block: Int
    package var outcome: ToolOutcome
    /// The beginning of what went wrong, at most 2,000 characters.
    package var errorText: String?
    /// What the result is ("text", "image", "create", "update", "file_unchanged", "string", "blocks" …).
    package var type: String?
    /// Bytes of the output's text.
    package var size: Int64
    package var exitCode: Int64?
    /// As the tool measured it; nil: time between the two records.
    package var durationMilliseconds: Int64?
    /// The subagent that the call started.
    package var agentID: String?
    package var version: UInt64 = 0

    package init(callID: String?, block: Int, outcome: ToolOutcome, size: Int64) {
        self.callID = callID
        self.block = block
        self.outcome = outcome
        self.size = size
    }
}

/// What was done to a file.
package enum FileOperation: String, Sendable, Hashable {
    case read, write, edit, delete, list, search
    /// A file that a person or the tool put before the model.
    case attach
    /// The tool kept a copy before it changed the file.
    case backup
}

/// A file that was touched.
package struct FileAccessFact: Sendable, Hashable {
    /// Which access of its event it is, from 0.
    package var ordinal: Int
    package var path: String
    package var operation: FileOperation
    /// The call that touched it.
    package var callID: String?
    /// Bytes, where the tool tells it.
    package var size: Int64?
    package var linesAdded: Int64?
    package var linesRemoved: Int64?
    /// Where a read began and how many lines it took: a re-read repeats both.
    package var range: String?
    /// When it was, where that is not when the record was written.
    package var timestamp: WallTime?

    package init(ordinal: Int, path: String, operation: FileOperation) {
        self.ordinal = ordinal
        self.path = path
        self.operation = operation
    }
}

/// An image, a document, or an output that was spilled into a file of its own.
package struct AttachmentFact: Sendable, Hashable {
    /// What an attachment is.
    package enum Kind: String, Sendable, Hashable { case image, document, spilled }

    /// Which attachment of its event it is, from 0.
    package var ordinal: Int
    package var kind: Kind
    package var mediaType: String?
    /// Decoded bytes.
    package var size: Int64
    /// XXH3-64 over the encoded bytes, to tell equal ones.
    package var hash: UInt64?
    /// Of a spilled output or a file that was read: the path as the tool wrote it; or where else it is.
    package var path: String?
    package var callID: String?

    package init(ordinal: Int, kind: Kind, size: Int64) {
        self.ordinal = ordinal
        self.kind = kind
        self.size = size
    }
}
