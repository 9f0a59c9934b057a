import Core

/// Files of JSON lines of any tool: every record is an entry, and what has a common name is taken.
///
/// Copilot CLI `{type, data, id, timestamp, parentId}`, Pi and Droid `{type: message, id, message}`, Qwen
/// `{uuid, sessionId, type, message{role, parts}}`, Cursor `{role, message}`, OpenCode's export by messages
/// `{info, parts}`, Kimi, Grok, Antigravity and unknown ones. Their own dialects come later, one file each.
package struct GenericRecords: Dialect {
    /// What the rows are filed under.
    package let tool: Tool
    var memory: GenericMemory
    private let context: FileContext
    private let inner = InnerJSON()

    /// A reader from the start of a file, or from what `state` gave.
    package init(_ context: FileContext, state: [UInt8]) {
        self.context = context
        tool = Tool.of(context)
        memory = GenericMemory(state) ?? GenericMemory(context.path)
    }

    /// What is remembered, in a few KiB.
    package var state: [UInt8] { memory.encoded }

    /// Reads one record.
    package mutating func read(_ record: JSONValue, at position: RecordPosition) -> Entry {
        var entry = Entry(position: position, kind: record["type"]?.nonEmptyString ?? "record")
        guard record.kind == .object else {
            entry.status = .unknown
            entry.reason = "the record is no object"
            entry.session = memory.session
            return entry
        }
        if let info = record["info"], info.kind == .object, record["parts"]?.kind == .array {
            if let session = GenericFields.session(info) { memory.session = session }
            memory.model = GenericFields.model(info) ?? memory.model
            return GenericDocument(context, state: []).entry(
                record,
                memory.session,
                memory.model,
                position
            )
        }
        let body = GenericEnvelope.body(of: record)
        readEnvelope(record, body, &entry)
        readSession(record, body, &entry)
        readContent(record, body, &entry)
        if let uuid = entry.uuid, let key = entry.eventKey, entry.messageCount > 0 {
            memory.note(uuid, key)
        }
        entry.session = memory.session
        return entry
    }

    private mutating func readEnvelope(
        _ record: JSONValue,
        _ body: JSONValue,
        _ entry: inout Entry
    ) {
        entry.timestamp =
            GenericFields.time(record) ?? GenericFields.time(body)
            ?? body["message"].flatMap(GenericFields.time)
        entry.uuid = GenericFields.id(record)
        entry.parent = GenericFields.parent(record)
        entry.isSidechain =
            record["isSidechain"]?.bool == true || body["parentToolCallId"]?.bytes != nil
            || record["data"]?.kind == .object && record["agentId"]?.bytes != nil
        let isStart = ["session", "session_start", "session.start"].contains(entry.kind)
        let given = GenericFields.session(record) ?? GenericFields.session(body)
        if let session = given ?? (isStart ? entry.uuid : nil) { memory.session = session }
        entry.eventKey = identity(record, entry)
    }

    /// What tells a record from all others, in copies of the file too; nil when only its place does.
    ///
    /// Identifiers of UUID length stand for themselves, with the content's hash, as some tools write one twice
    /// with different content. Short ones are of one file: Pi gives them anew when it rewrites an old file, and a
    /// message's time and content tell it better.
    private func identity(_ record: JSONValue, _ entry: Entry) -> String? {
        let hash = Hex.encode((record["message"] ?? record).contentHash())
        if let uuid = entry.uuid, uuid.utf8.count >= 32 { return uuid + "/" + hash }
        if let time = entry.timestamp, record["message"] != nil || entry.uuid != nil {
            // A fork of Pi copies its parent's lines into a session of its own.
            let place = tool == .pi ? "" : memory.session
            return place + "@" + String(time.nanoseconds) + "/" + hash
        }
        return entry.uuid.map { memory.session + "/" + $0 + "/" + hash }
    }

    private mutating func readSession(
        _ record: JSONValue,
        _ body: JSONValue,
        _ entry: inout Entry
    ) {
        var fact = GenericFields.sessionFact(body)
        if record["version"]?.int != nil { fact.version = nil }
        if entry.kind == "session_info", let name = body["name"]?.nonEmptyString {
            fact.title = SessionFact.Title(source: .custom, text: name)
        }
        if let parent = (body["parentSession"] ?? body["branchedFrom"])?.nonEmptyString {
            let stem = GenericMemory.session(named: BytePath(parent))
            fact.parent = stem.split(separator: "_").last.map { String($0) }
            fact.lineage = .forked
        }
        if !fact.isEmpty { entry.facts.append(.session(fact)) }
        memory.model =
            body["message"].flatMap(GenericFields.model) ?? GenericFields.model(body)
            ?? GenericFields.model(record) ?? memory.model
        memory.effort =
            (body["reasoningEffort"] ?? body["thinkingLevel"] ?? body["reasoning_effort"])?
            .nonEmptyString ?? memory.effort
    }

    private mutating func readContent(
        _ record: JSONValue,
        _ body: JSONValue,
        _ entry: inout Entry
    ) {
        var reader = GenericReader(inner: inner)
        reader.model = memory.model
        reader.calls = memory.calls
        reader.isSide = entry.isSidechain
        let inside = body["message"]
        let message = inside?.kind == .object ? inside ?? body : body
        reader.response = responseKey(message, entry)
        let type = body["type"] ?? record["type"]
        if readNote(record, body, &reader, &entry) {
            // It stands nowhere else.
        } else if GenericEnvelope.isCall(type) {
            reader.readCall(body, &entry)
        } else if GenericEnvelope.isResult(type), inside == nil {
            reader.readResult(body, &entry)
        } else if let role = GenericReader.role(message) ?? GenericReader.role(record) {
            let isMeta = record["isMeta"]?.bool == true || record["synthetic_reason"]?.bytes != nil
            reader.read(message, role: role, isMeta: isMeta, &entry)
            let call = record["toolCallResult"]?["status"]
            if call?.equals("error") == true || call?.equals("cancelled") == true {
                entry.setOutcome(call?.equals("error") == true ? .error : .interrupted)
            }
            readUsage(message, record, role, reader.response, &entry)
        }
        memory.calls = reader.calls
    }

    private func responseKey(_ message: JSONValue, _ entry: Entry) -> ResponseKey? {
        let own = message["responseId"]?.nonEmptyString ?? message["response_id"]?.nonEmptyString
        if let own {
            let isUnique = UniqueIdentifier.matches(own)
            return ResponseKey(messageID: isUnique ? own : memory.session + "/" + own)
        }
        let id = entry.uuid ?? message["id"]?.nonEmptyString
        if let id, id.utf8.count >= 32 { return ResponseKey(messageID: id) }
        if let time = entry.timestamp, let usage = message["usage"] {
            let hash = Hex.encode(usage.contentHash())
            return ResponseKey(messageID: "@" + String(time.nanoseconds) + "/" + hash)
        }
        return id.map { ResponseKey(messageID: memory.session + "/" + $0) }
    }

    /// Without an identifier each record is a response.
    private func readUsage(
        _ message: JSONValue,
        _ record: JSONValue,
        _ role: Role,
        _ key: ResponseKey?,
        _ entry: inout Entry
    ) {
        guard role == .assistant,
            let usage = GenericUsage.of(message) ?? GenericUsage.of(record)
        else { return }
        var fact = ResponseFact(key: key, model: memory.model, usage: usage)
        fact.toolMicrodollars = GenericUsage.cost(message)
        fact.stopReason =
            (message["stopReason"] ?? message["stop_reason"] ?? message["finish_reason"])?
            .nonEmptyString
        fact.effort = memory.effort
        fact.contextWindow = record["contextWindowSize"]?.int.flatMap { $0 > 0 ? $0 : nil }
        entry.facts.append(.response(fact))
    }
}

extension Entry {
    /// Says of its results what came of them, where the record knows better than their texts.
    fileprivate mutating func setOutcome(_ outcome: ToolOutcome) {
        for index in facts.indices {
            guard case .result(var result) = facts[index] else { continue }
            result.outcome = outcome
            if result.errorText == nil, case .message(let message)? = facts[(index + 1)...].first {
                result.errorText = String(message.text.prefix(2_000))
            }
            facts[index] = .result(result)
        }
    }
}
