import Core
import SQL
import Transcripts

/// A row of `files`, as far as others need it.
final class FileRecord {
    let id: Int64
    let stream: StreamID
    let agent: Int64
    let owner: Int64
    /// What identifiers are made with.
    let scope: Int64
    let tool: String
    var firstTimestamp: Int64?
    /// The offset of the last record that is known; nil when none is.
    var lastOffset: UInt64?
    /// Whether a record without time was taken before the file's first time was known.
    var hasTimelessRecords = false

    init(
        id: Int64,
        stream: StreamID,
        agent: Int64,
        owner: Int64,
        scope: Int64,
        tool: String,
        firstTimestamp: Int64?
    ) {
        self.id = id
        self.stream = stream
        self.agent = agent
        self.owner = owner
        self.scope = scope
        self.tool = tool
        self.firstTimestamp = firstTimestamp
    }

    func position(timestamp: Int64?, offset: UInt64, ordinal: Int64) -> ClaimPosition {
        ClaimPosition(
            timestamp: timestamp,
            fileFirst: firstTimestamp,
            file: stream.file.rawValue,
            generation: stream.generation,
            offset: offset,
            ordinal: ordinal
        )
    }
}
