import Core

/// Whole `.json` files of any tool: one entry for the document, one for each of its messages.
///
/// OpenCode's export `{info, messages[{info, parts}]}` and its storage (a session, a message or a part a file),
/// Hermes `{session_id, messages}`, and unknown ones. Each content is a generation: the messages of a newer one
/// are versions of the same messages, and what a newer one does not have is withdrawn.
package struct GenericDocument: DocumentDialect {
    /// What the rows are filed under.
    package let tool: Tool
    private let context: FileContext
    private let inner = InnerJSON()

    /// A dialect for one content; its state is not read.
    package init(_ context: FileContext, state: [UInt8]) {
        self.context = context
        tool = Tool.of(context)
    }

    /// Reads a document; all its entries stand at its position and count up its ordinal.
    package mutating func read(document: JSONValue, at position: RecordPosition) -> [Entry] {
        let info = document["info"]?.kind == .object ? document["info"] ?? document : document
        let messages = Self.messages(of: document)
        var session = GenericFields.session(info)
        if session == nil, messages != nil || info["slug"] != nil || info["title"] != nil {
            session = info["id"]?.nonEmptyString
        }
        let name = session ?? Self.session(named: context.path)
        let model = GenericFields.model(info)
        var entries: [Entry] = []
        if document.kind != .array {
            entries.append(header(document, info, messages, name, position))
        }
        let elements = messages?.elements ?? document.elements
        for message in elements {
            var place = position
            place.ordinal = position.ordinal + entries.count
            entries.append(entry(message, name, model, place, version(info)))
        }
        if entries.isEmpty { entries.append(Entry(position: position, kind: "document")) }
        return entries
    }

    /// OpenCode's storage names a message's session by its folder: `message/<session>/<message>.json`.
    private static func session(named path: BytePath) -> String {
        let parts = path.components.map { String(decoding: $0.bytes, as: UTF8.self) }
        guard parts.count >= 3, parts[parts.count - 3] == "message" else {
            return GenericMemory.session(named: path)
        }
        return parts[parts.count - 2]
    }

    private static func messages(of document: JSONValue) -> JSONValue? {
        for name in ["messages", "history", "items", "events", "entries"] as [StaticString] {
            if let list = document[name], list.kind == .array { return list }
        }
        return nil
    }

    /// The time of the last change, then the generation.
    private func version(_ info: JSONValue) -> UInt64 {
        let time = info["time"]
        let updated = Timestamp.parse(
            time?["updated"] ?? time?["completed"] ?? info["lastUpdated"] ?? info["last_updated"]
                ?? info["updated_at"] ?? info["updatedAt"]
        )
        let clock = UInt64(max(0, (updated?.nanoseconds ?? 0) / 1_000_000))
        return GeminiMemory.version(clock: clock, ordinal: UInt64(context.stream.generation))
    }

    private func header(
        _ document: JSONValue,
        _ info: JSONValue,
        _ messages: JSONValue?,
        _ session: String,
        _ position: RecordPosition
    ) -> Entry {
        guard messages != nil || GenericReader.role(document) == nil && document["type"] == nil
        else {
            return entry(document, session, nil, position)
        }
        var entry = Entry(position: position, kind: info["type"]?.nonEmptyString ?? "document")
        entry.session = session
        entry.timestamp = GenericFields.time(info)
        entry.eventKey = session + "/header"
        var fact = GenericFields.sessionFact(info)
        if let parent = info["parentID"]?.nonEmptyString {
            fact.parent = parent
            fact.lineage = .subagent
        }
        if !fact.isEmpty { entry.facts.append(.session(fact)) }
        if messages != nil {
            entry.facts.append(.retraction(RetractionFact(keys: [], version: version(info))))
        }
        return entry
    }

    /// Reads one message, or one record of another kind.
    ///
    /// `message`: the message, or `{info, parts}`.
    /// `session`: of a message that tells none.
    /// `model`: of a message that tells none.
    /// `position`: of the record.
    /// `version`: of the document; nil for a message that stands alone.
    func entry(
        _ message: JSONValue,
        _ session: String,
        _ model: String?,
        _ position: RecordPosition,
        _ version: UInt64? = nil
    ) -> Entry {
        let info = message["info"]?.kind == .object ? message["info"] ?? message : message
        let type = (info["type"] ?? info["role"])?.nonEmptyString
        var entry = Entry(position: position, kind: type ?? "record")
        guard message.kind == .object else {
            entry.session = session
            entry.status = .unknown
            entry.reason = "the record is no object"
            return entry
        }
        entry.timestamp = GenericFields.time(info)
        entry.uuid = GenericFields.id(info)
        entry.parent = GenericFields.parent(info)
        // A part tells its message, and not always its session.
        entry.session = GenericFields.session(info) ?? (info["messageID"] == nil ? session : nil)
        let key = (entry.session ?? session) + "/" + (entry.uuid ?? "#" + String(position.ordinal))
        entry.eventKey = key
        let fact = GenericFields.sessionFact(info)
        if !fact.isEmpty { entry.facts.append(.session(fact)) }
        var reader = GenericReader(inner: inner)
        reader.keyPrefix = key
        reader.version = version ?? self.version(info)
        reader.model = GenericFields.model(info) ?? model
        if entry.uuid != nil { reader.response = ResponseKey(messageID: key) }
        read(message, info, &reader, &entry)
        return entry
    }

    private func read(
        _ message: JSONValue,
        _ info: JSONValue,
        _ reader: inout GenericReader,
        _ entry: inout Entry
    ) {
        // A part names the message that it is of.
        guard message["messageID"] == nil, let role = GenericReader.role(info) else {
            // Only what a model wrote took time.
            let isTyped = message["type"]?.equals("text") == true && message["time"] == nil
            reader.read(block: message, isTyped ? .user : .assistant, false, &entry)
            return
        }
        reader.read(message, role: role, isMeta: false, &entry)
        if message["info"] != nil, let error = info["error"] { reader.readError(error, &entry) }
        if role == .assistant, info["summary"]?.bool == true { entry.markSummary() }
        guard role == .assistant, let usage = GenericUsage.of(info) else { return }
        var fact = ResponseFact(key: reader.response, model: reader.model, usage: usage)
        fact.toolMicrodollars = GenericUsage.cost(info)
        fact.stopReason = info["finish"]?.nonEmptyString
        entry.facts.append(.response(fact))
    }
}

extension Entry {
    /// What the model wrote is the summary that a compaction leaves.
    fileprivate mutating func markSummary() {
        for index in facts.indices {
            guard case .message(var message) = facts[index], message.kind == .text else { continue }
            message.kind = .compactSummary
            facts[index] = .message(message)
        }
    }
}
