import Core

/// The files of Gemini CLI that are rewritten whole: sessions until 0.39 (`chats/session-<time>-<id>.json`,
/// `{sessionId, projectHash, startTime, lastUpdated, messages, summary?, kind?}`), `logs.json` and checkpoints.
///
/// Each content is a generation. Its messages are versions of the same messages as the last one's; what it does
/// not have any more is withdrawn. The version is `lastUpdated`, so that generations may arrive in any order.
package struct GeminiDocument: DocumentDialect {
    /// What the rows are filed under.
    package let tool = Tool.gemini
    private let context: FileContext

    /// A dialect for one content; its state is not read.
    package init(_ context: FileContext, state: [UInt8]) { self.context = context }

    /// Reads a document; the header is its first entry, each message one more, all at its position.
    package mutating func read(document: JSONValue, at position: RecordPosition) -> [Entry] {
        let name = String(decoding: context.path.bytes, as: UTF8.self)
        let messages = document["messages"] ?? document["history"]
        guard !name.contains("checkpoint"), let messages, messages.kind == .array else {
            return Self.entries(of: document, at: position)
        }
        var memory = GeminiMemory(GeminiPlace(context.path))
        memory.readHeader(document)
        let updated = RecordTime.parse(document["lastUpdated"] ?? document["startTime"])
        let version = GeminiMemory.version(
            clock: UInt64(max(0, (updated?.nanoseconds ?? 0) / 1_000_000)),
            ordinal: min(UInt64(context.stream.generation), (1 << 19) - 1)
        )
        var entries = [header(document, memory, version, position)]
        for message in messages.elements {
            var place = position
            place.ordinal = position.ordinal + entries.count
            entries.append(entry(message, memory, version, place))
        }
        return entries
    }

    private func header(
        _ document: JSONValue,
        _ memory: GeminiMemory,
        _ version: UInt64,
        _ position: RecordPosition
    ) -> Entry {
        var entry = Entry(position: position, kind: "header")
        entry.session = memory.session
        entry.isSidechain = memory.isSubagent
        entry.eventKey = memory.session + "/header"
        entry.timestamp = RecordTime.parse(document["startTime"] ?? document["start_time"])
        var fact = memory.sessionFact
        fact.title = GeminiMemory.title(document["summary"])
        if !fact.isEmpty { entry.facts.append(.session(fact)) }
        entry.facts.append(.retraction(RetractionFact(keys: [], version: version)))
        return entry
    }

    private func entry(
        _ message: JSONValue,
        _ memory: GeminiMemory,
        _ version: UInt64,
        _ position: RecordPosition
    ) -> Entry {
        let type = (message["type"] ?? message["role"])?.nonEmptyString ?? "record"
        var entry = Entry(position: position, kind: type)
        entry.session = memory.session
        entry.isSidechain = memory.isSubagent
        entry.timestamp = RecordTime.parse(message["timestamp"] ?? message["ts"])
        entry.uuid = message["id"]?.nonEmptyString
        // Messages without an identifier keep their place, as the list only grows or is cut at its end.
        let id = entry.uuid ?? "#" + String(position.ordinal)
        entry.eventKey = memory.session + "/" + id
        var reader = GeminiMessage(
            session: memory.session,
            id: id,
            version: version,
            isSubagent: memory.isSubagent
        )
        reader.read(message, &entry)
        if !GeminiMessage.isKnown(type) {
            entry.status = .unknown
            entry.reason = "a message of an unknown type: \(type)"
        }
        return entry
    }

    /// `logs.json` repeats the prompts of all sessions, and a checkpoint the conversation: they have entries only.
    private static func entries(of document: JSONValue, at position: RecordPosition) -> [Entry] {
        guard document.kind == .array else { return [entry(of: document, at: position)] }
        var entries: [Entry] = []
        for element in document.elements {
            var place = position
            place.ordinal = position.ordinal + entries.count
            entries.append(entry(of: element, at: place))
        }
        return entries.isEmpty ? [entry(of: document, at: position)] : entries
    }

    private static func entry(of value: JSONValue, at position: RecordPosition) -> Entry {
        let type = (value["type"] ?? value["role"])?.nonEmptyString
        var entry = Entry(position: position, kind: type.map { "log/" + $0 } ?? "document")
        entry.session = value["sessionId"]?.nonEmptyString
        entry.timestamp = RecordTime.parse(value["timestamp"])
        return entry
    }
}
