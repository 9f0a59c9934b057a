import Transcripts

/// One record as a witness: who tells, where and when.
struct Claim {
    /// The record's number in `entries`.
    var entry: Int64
    var position: ClaimPosition
    /// What tells the event from all others.
    var event: Int64
    /// Whether no record told this event before.
    var isNewEvent: Bool
    var file: FileRecord
    var session: Int64?
    /// What identifiers of calls that are not unique count within.
    var callScope: Int64
    var timestamp: Int64?
    var isSidechain: Bool
}

/// Whom a row belongs to: what the first record that tells it says.
struct Attribution: Sendable, Equatable {
    var entry: Int64
    var agent: Int64
    var owner: Int64
    var session: Int64?
    var timestamp: Int64?

    init(_ claim: Claim) {
        entry = claim.entry
        agent = claim.file.agent
        owner = claim.file.owner
        session = claim.session
        timestamp = claim.timestamp
    }
}
