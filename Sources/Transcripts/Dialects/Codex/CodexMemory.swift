/// What a rollout's reader remembers between two records.
struct CodexMemory: Hashable {
    /// The first `session_meta`'s id; before it, what the file's name tells.
    var session: String
    var hasMeta = false
    var lineage: Lineage?
    var parent: String?
    /// The first record's time, in nanoseconds since 1970.
    var began: Int64?
    var model: String?
    var effort: String?
    /// The turn that the records belong to.
    var turn: String?
    /// When that turn began, in nanoseconds since 1970.
    var turnBegan: Int64?
    /// Whether the file tells its prompts by events, or is expected to.
    var hasEvents = false
    /// Records so far.
    var ordinal: UInt64 = 0
    /// Whether the last record stood in the copied beginning of a fork.
    var isReplay = false
    /// In a copied beginning without turns: whose records they are, and how many there were.
    var copied: String?
    var copiedOrdinal: UInt64 = 0
    /// The latest cumulative count.
    var total: CodexUsage?
    /// How often the cumulative count began anew within the turn, or within the file before the first turn.
    var epoch: UInt64 = 0
    /// Tokens that the model had before it at the latest count.
    var context: Int64?
    var texts = CodexTextPool()
    /// Patches that were asked for and not yet done, the latest last.
    var patches: [Pending] = []
    /// The identifier that a `web_search_end` gave to the call that follows.
    var search: String?
    /// `compacted` records less `context_compacted` events, within a turn.
    var compactions: Int64 = 0
    /// How often a content was seen in the turn, by the lower half of its hash.
    var seen: [UInt32: UInt32] = [:]
    /// Messages that a rollback may withdraw.
    var recent = CodexRecentMessages()

    struct Pending: Hashable {
        var callID: String
        var files: [CodexPatch]
    }

    init(session: String) { self.session = session }

    /// Whether it began as a copy of another session.
    var isDerived: Bool { parent != nil }

    static let version: UInt64 = 2

    var encoded: [UInt8] {
        var writer = StateWriter()
        writer.number(Self.version)
        writer.text(session)
        writer.bool(hasMeta)
        writer.optional(lineage) { $0.text($1.rawValue) }
        writer.optional(parent) { $0.text($1) }
        writer.optional(began) { $0.signed($1) }
        writer.optional(model) { $0.text($1) }
        writer.optional(effort) { $0.text($1) }
        writer.optional(turn) { $0.text($1) }
        writer.optional(turnBegan) { $0.signed($1) }
        writer.bool(hasEvents)
        writer.number(ordinal)
        writer.bool(isReplay)
        writer.optional(copied) { $0.text($1) }
        writer.number(copiedOrdinal)
        writer.optional(total) { $1.write(&$0) }
        writer.number(epoch)
        writer.optional(context) { $0.signed($1) }
        texts.write(&writer)
        writer.list(patches) { writer, pending in
            writer.text(pending.callID)
            writer.list(pending.files) { $1.write(&$0) }
        }
        writer.optional(search) { $0.text($1) }
        writer.signed(compactions)
        writer.list(seen) { writer, each in
            writer.number(UInt64(each.key))
            writer.number(UInt64(each.value))
        }
        recent.write(&writer)
        return writer.bytes
    }

    /// Nil when the bytes are not what `encoded` gave.
    init?(_ bytes: [UInt8]) {
        var reader = StateReader(bytes)
        guard reader.number() == Self.version, let session = reader.text(),
            let hasMeta = reader.bool(),
            let lineage = reader.optional({ $0.text().flatMap(Lineage.init(rawValue:)) }),
            let parent = reader.optional({ $0.text() }),
            let began = reader.optional({ $0.signed() }),
            let model = reader.optional({ $0.text() }),
            let effort = reader.optional({ $0.text() }),
            let turn = reader.optional({ $0.text() }),
            let turnBegan = reader.optional({ $0.signed() }),
            let hasEvents = reader.bool(), let ordinal = reader.number()
        else { return nil }
        self.session = session
        self.hasMeta = hasMeta
        self.lineage = lineage
        self.parent = parent
        self.began = began
        self.model = model
        self.effort = effort
        self.turn = turn
        self.turnBegan = turnBegan
        self.hasEvents = hasEvents
        self.ordinal = ordinal
        guard readRest(&reader), reader.isAtEnd else { return nil }
    }

    private mutating func readRest(_ reader: inout StateReader) -> Bool {
        guard let isReplay = reader.bool(), let copied = reader.optional({ $0.text() }),
            let copiedOrdinal = reader.number(),
            let total = reader.optional({ CodexUsage.read(&$0) }),
            let epoch = reader.number(), let context = reader.optional({ $0.signed() }),
            let texts = CodexTextPool.read(&reader),
            let patches = reader.list({ reader -> Pending? in
                guard let callID = reader.text(),
                    let files = reader.list({ CodexPatch.read(&$0) })
                else { return nil }
                return Pending(callID: callID, files: files)
            }),
            let search = reader.optional({ $0.text() }), let compactions = reader.signed(),
            let seen = reader.list({ reader -> (UInt32, UInt32)? in
                guard let key = reader.number().flatMap(UInt32.init(exactly:)),
                    let count = reader.number().flatMap(UInt32.init(exactly:))
                else { return nil }
                return (key, count)
            }),
            let recent = CodexRecentMessages.read(&reader)
        else { return false }
        self.isReplay = isReplay
        self.copied = copied
        self.copiedOrdinal = copiedOrdinal
        self.total = total
        self.epoch = epoch
        self.context = context
        self.texts = texts
        self.patches = patches
        self.search = search
        self.compactions = compactions
        self.seen = Dictionary(seen) { first, _ in first }
        self.recent = recent
        return true
    }
}
