/// What a session's reader remembers between two records.
struct GeminiMemory: Hashable {
    /// What rows are filed under; of a subagent "<parent>/<its own>".
    var session: String
    var parent: String?
    var isSubagent: Bool
    /// The greatest time that was told, in milliseconds since 1970.
    var clock: UInt64 = 0
    /// Records so far.
    var ordinal: UInt64 = 0
    /// The messages that stand, in their order.
    private var ids: [String] = []
    /// How many blocks each has.
    private var blocks: [String: Int] = [:]

    init(_ place: GeminiPlace) {
        parent = place.parent
        isSubagent = place.parent != nil
        session = place.parent.map { $0 + "/" + place.session } ?? place.session
    }

    /// Of what is told now.
    ///
    /// Files that are rewritten whole give the lower half of the ordinals, so that a file
    /// that was made from one of them is later.
    var version: UInt64 { Self.version(clock: clock, ordinal: (1 << 19) + ordinal) }

    static func version(clock: UInt64, ordinal: UInt64) -> UInt64 {
        (min(clock, (1 << 43) - 1) << 20) | min(ordinal, (1 << 20) - 1)
    }

    mutating func readHeader(_ header: JSONValue) {
        isSubagent = isSubagent || header["kind"]?.equals("subagent") == true
        guard let id = header["sessionId"]?.nonEmptyString else { return }
        session = parent.map { $0 + "/" + id } ?? id
    }

    var sessionFact: SessionFact {
        var fact = SessionFact()
        fact.parent = parent
        if isSubagent { fact.lineage = .subagent }
        return fact
    }

    static func title(_ summary: JSONValue?) -> SessionFact.Title? {
        summary?.nonEmptyString.map { SessionFact.Title(source: .summary, text: $0) }
    }

    /// Notes a message; the keys of blocks that it had before and has no more.
    mutating func note(_ id: String, blocks count: Int) -> [String] {
        let earlier = blocks.updateValue(count, forKey: id)
        guard let earlier else {
            ids.append(id)
            return []
        }
        guard count < earlier else { return [] }
        return (count..<earlier).map { GeminiMessage.key(session, id, $0) }
    }

    /// Drops a message and all after it; the keys of their blocks, nil when the id is unknown.
    mutating func rewind(to id: String) -> [String]? {
        guard blocks[id] != nil, let first = ids.firstIndex(of: id) else { return nil }
        var keys: [String] = []
        for id in ids[first...] {
            let count = blocks.removeValue(forKey: id) ?? 0
            for block in 0..<count { keys.append(GeminiMessage.key(session, id, block)) }
        }
        ids.removeSubrange(first...)
        return keys
    }

    mutating func removeAll() {
        ids.removeAll()
        blocks.removeAll()
    }

    private static let format: UInt64 = 1

    var encoded: [UInt8] {
        var writer = StateWriter()
        writer.number(Self.format)
        writer.text(session)
        writer.optional(parent) { $0.text($1) }
        writer.bool(isSubagent)
        writer.number(clock)
        writer.number(ordinal)
        writer.list(ids) { writer, id in
            writer.text(id)
            writer.number(UInt64(blocks[id] ?? 0))
        }
        return writer.bytes
    }

    /// Nil when the bytes are not what `encoded` gave.
    init?(_ bytes: [UInt8]) {
        var reader = StateReader(bytes)
        guard reader.number() == Self.format, let session = reader.text(),
            let parent = reader.optional({ $0.text() }), let isSubagent = reader.bool(),
            let clock = reader.number(), let ordinal = reader.number(),
            let messages = reader.list({ reader -> (String, Int)? in
                guard let id = reader.text(), let count = reader.number(), count < 1 << 20 else {
                    return nil
                }
                return (id, Int(count))
            }), reader.isAtEnd
        else { return nil }
        self.session = session
        self.parent = parent
        self.isSubagent = isSubagent
        self.clock = clock
        self.ordinal = ordinal
        ids = messages.map(\.0)
        blocks = Dictionary(messages) { first, _ in first }
    }
}
