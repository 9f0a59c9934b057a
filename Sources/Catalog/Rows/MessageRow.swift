import SQL
import Transcripts

/// A row of `messages` without its text.
struct MessageRow {
    static let contentColumns = [
        "role", "kind", "model", "block", "length", "sha256", "language", "has_code", "has_paths",
        "has_secrets", "repaired", "message_key", "call", "normal_hash",
    ]

    var id: Int64
    var who: Attribution
    var isSidechain: Bool
    var isRetracted: Bool
    /// The record that the content is from, when it is not the first that tells it.
    var contentEntry: Int64?
    var version: UInt64
    /// The values of `contentColumns`.
    var content: [SQLValue]

    /// SHA-256 of the content.
    var digest: SQLValue { content[5] }

    /// What it adds to its session.
    var totals: SessionTotals {
        guard !isRetracted else { return SessionTotals() }
        let messages = SessionTotals(.messages)
        return content[1] == .text(MessageKind.prompt.rawValue)
            ? messages + SessionTotals(.prompts) : messages
    }

    /// Everything but the identifier and `content`, in the order of `MessageRow.headColumns`.
    var head: [SQLValue] {
        [
            .integer(who.entry), .integer(who.agent), .integer(who.owner), SQLValue(who.session),
            SQLValue(who.timestamp), SQLValue(isSidechain), SQLValue(isRetracted),
            SQLValue(contentEntry), .integer(Int64(bitPattern: version)),
        ]
    }

    static let headColumns = [
        "entry", "agent", "owner", "session", "timestamp", "sidechain", "retracted",
        "content_entry", "version",
    ]

    init(
        id: Int64,
        claim: Claim,
        isRetracted: Bool,
        version: UInt64,
        content: [SQLValue]
    ) {
        self.id = id
        who = Attribution(claim)
        isSidechain = claim.isSidechain
        self.isRetracted = isRetracted
        self.version = version
        self.content = content
    }

    /// `values`: `headColumns`, then `contentColumns`.
    init(id: Int64, values: [SQLValue]) {
        self.id = id
        who = Attribution(values)
        isSidechain = values[5].isTrue
        isRetracted = values[6].isTrue
        contentEntry = values[7].integer
        version = UInt64(bitPattern: values[8].integer ?? 0)
        content = Array(values[9...])
    }
}

extension Attribution {
    static let columns = ["entry", "agent", "owner", "session", "timestamp"]

    /// `values`: beginning with those of `columns`.
    init(_ values: [SQLValue]) {
        entry = values[0].integer ?? 0
        agent = values[1].integer ?? 0
        owner = values[2].integer ?? 0
        session = values[3].integer
        timestamp = values[4].integer
    }

    /// The values of `columns`.
    var values: [SQLValue] {
        [
            .integer(entry), .integer(agent), .integer(owner), SQLValue(session),
            SQLValue(timestamp),
        ]
    }
}
