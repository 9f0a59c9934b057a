import Core

/// How a record was read.
package enum EntryStatus: String, Sendable, Hashable {
    /// As its tool wrote it.
    case ok
    /// Something was wrong with the line, and the record could still be read; `reason` says what.
    case recovered
    /// Not a record; `reason` says why. Its bytes are in the archive.
    case malformed
    /// A record whose type, or a block in it, is not known to this program.
    case unknown
}

/// One record of a file and what it says.
///
/// Every byte of a file belongs to exactly one entry, but line breaks and what fills the space between records:
/// blanks, runs of NUL bytes, a byte order mark.
package struct Entry: Sendable, Hashable {
    package var position: RecordPosition
    /// The record's type in its tool's words ("user", "system/compact_boundary", "event_msg/token_count").
    package var kind: String
    package var status: EntryStatus = .ok
    /// Why the status is not `ok`.
    package var reason: String?
    /// The tool's own identifier of the record, if it has one.
    package var uuid: String?
    /// The `uuid` of the record that this one follows.
    package var parent: String?
    /// What tells this event from every other of its owner and tool, wherever it was copied to; nil when the
    /// tool gives nothing, and then the position tells it.
    package var eventKey: String?
    /// The session that it belongs to; nil for records that belong to none.
    package var session: String?
    /// What its identifiers of calls count within, where they are not unique (`UniqueIdentifier`) and copies of the
    /// record have another session; nil: the session.
    package var callScope: String?
    /// When it happened, by the workstation; nil when the record does not tell.
    package var timestamp: WallTime?
    /// Whether it belongs to a side conversation (a subagent's).
    package var isSidechain = false
    /// What it says, in its order.
    package var facts: [Fact] = []

    package init(position: RecordPosition, kind: String) {
        self.position = position
        self.kind = kind
    }
}

/// One thing that a record says.
package enum Fact: Sendable, Hashable {
    case session(SessionFact)
    case message(MessageFact)
    case response(ResponseFact)
    case call(ToolCallFact)
    case result(ToolResultFact)
    case access(FileAccessFact)
    case attachment(AttachmentFact)
    case compaction(CompactionFact)
    /// Messages that a later record withdrew: a rewind, a rollback.
    case retraction(RetractionFact)
}
