import Core

/// The sessions of Gemini CLI since 0.39: `chats/session-<time>-<id>.jsonl`, subagents in `chats/<parent>/<id>.jsonl`.
///
/// The first line is the header `{sessionId, projectHash, startTime, lastUpdated, kind}`; then come messages with
/// an `id`, written whole again when tokens or tool results arrive (the last wins), patches `{"$set": {…}}`, of
/// which `messages` replaces all messages, and `{"$rewindTo": id}`, which drops that message and all after it, or
/// all when the id is unknown.
package struct GeminiSession: Dialect {
    /// What the rows are filed under.
    package let tool = Tool.gemini
    private var memory: GeminiMemory

    /// A reader from the start of a file, or from what `state` gave.
    package init(_ context: FileContext, state: [UInt8]) {
        memory = GeminiMemory(state) ?? GeminiMemory(GeminiPlace(context.path))
    }

    /// What is remembered, in a few KiB.
    package var state: [UInt8] { memory.encoded }

    /// Reads one record.
    package mutating func read(_ record: JSONValue, at position: RecordPosition) -> Entry {
        var entry = Entry(position: position, kind: "record")
        memory.ordinal += 1
        if let set = record["$set"] {
            read(set: set, &entry)
        } else if let rewind = record["$rewindTo"] {
            read(rewind: rewind, &entry)
        } else if record["sessionId"] != nil, record["type"] == nil {
            readHeader(record, &entry)
        } else {
            readMessage(record, &entry)
        }
        entry.session = memory.session
        entry.isSidechain = memory.isSubagent
        return entry
    }

    private mutating func readHeader(_ record: JSONValue, _ entry: inout Entry) {
        entry.kind = "header"
        entry.timestamp = RecordTime.parse(record["startTime"])
        memory.readHeader(record)
        entry.eventKey = memory.session + "/header"
        note(record["lastUpdated"] ?? record["startTime"])
        var fact = memory.sessionFact
        fact.title = GeminiMemory.title(record["summary"])
        if !fact.isEmpty { entry.facts.append(.session(fact)) }
    }

    private mutating func read(set: JSONValue, _ entry: inout Entry) {
        entry.kind = "$set"
        note(set["lastUpdated"])
        entry.timestamp = RecordTime.parse(set["lastUpdated"])
        entry.eventKey = memory.session + "/$set/" + Hex.encode(set.contentHash())
        if let title = GeminiMemory.title(set["summary"]) {
            var fact = SessionFact()
            fact.title = title
            entry.facts.append(.session(fact))
        }
        guard let messages = set["messages"], messages.kind == .array else { return }
        let version = memory.version
        memory.removeAll()
        entry.facts.append(.retraction(RetractionFact(keys: [], version: version)))
        for message in messages.elements { add(message, version, &entry) }
    }

    private mutating func read(rewind: JSONValue, _ entry: inout Entry) {
        entry.kind = "$rewindTo"
        entry.eventKey =
            memory.session + "/$rewindTo/" + Hex.encode(rewind.contentHash(memory.ordinal))
        guard let keys = rewind.string.flatMap({ memory.rewind(to: $0) }) else {
            memory.removeAll()
            entry.facts.append(.retraction(RetractionFact(keys: [], version: memory.version)))
            return
        }
        // No keys would mean all messages.
        guard !keys.isEmpty else { return }
        entry.facts.append(.retraction(RetractionFact(keys: keys, version: memory.version)))
    }

    private mutating func readMessage(_ record: JSONValue, _ entry: inout Entry) {
        let type = record["type"]?.nonEmptyString ?? "record"
        entry.kind = type
        entry.uuid = record["id"]?.nonEmptyString
        entry.timestamp = RecordTime.parse(record["timestamp"])
        note(record["timestamp"])
        if let id = entry.uuid { entry.eventKey = memory.session + "/" + id }
        add(record, memory.version, &entry)
        guard !GeminiMessage.isKnown(type) else { return }
        entry.status = .unknown
        entry.reason = "a message of an unknown type: \(type)"
    }

    private mutating func add(_ message: JSONValue, _ version: UInt64, _ entry: inout Entry) {
        let id = message["id"]?.nonEmptyString
        var reader = GeminiMessage(
            session: memory.session,
            id: id,
            version: version,
            isSubagent: memory.isSubagent
        )
        reader.read(message, &entry)
        guard let id else { return }
        let gone = memory.note(id, blocks: reader.blocks)
        guard !gone.isEmpty else { return }
        entry.facts.append(.retraction(RetractionFact(keys: gone, version: version)))
    }

    private mutating func note(_ time: JSONValue?) {
        guard let time = RecordTime.parse(time) else { return }
        memory.clock = max(memory.clock, UInt64(max(0, time.nanoseconds / 1_000_000)))
    }
}
