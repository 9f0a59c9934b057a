import Core

/// Files of JSON lines of any tool: every record is an entry, and what has a common name is taken.
///
/// Copilot CLI `{type, data, id, timestamp, parentId}`, Pi and Droid `{type: message, id, message}`, Qwen
/// `{uuid, sessionId, type, message{role, parts}}`, Cursor `{role, message}`, Kimi, Grok, Antigravity and unknown
/// ones. Their own dialects come later, one file each; until then nothing is guessed, usage least of all.
package struct GenericRecords: Dialect {
    /// What the rows are filed under.
    package let tool: Tool
    private var memory: GenericMemory
    private let inner = InnerJSON()

    /// A reader from the start of a file, or from what `state` gave.
    package init(_ context: FileContext, state: [UInt8]) {
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
        let data = record["data"]
        let body = data?.kind == .object ? data ?? record : record
        readEnvelope(record, body, &entry)
        readSession(record, body, &entry)
        readContent(record, body, &entry)
        entry.session = memory.session
        return entry
    }

    private mutating func readEnvelope(
        _ record: JSONValue,
        _ body: JSONValue,
        _ entry: inout Entry
    ) {
        entry.timestamp =
            GenericFields.time(record) ?? record["message"].flatMap(GenericFields.time)
        entry.uuid = GenericFields.id(record)
        entry.parent = GenericFields.parent(record)
        entry.isSidechain =
            record["isSidechain"]?.bool == true || body["parentToolCallId"]?.bytes != nil
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
            return "@" + String(time.nanoseconds) + "/" + hash
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
            record["message"].flatMap(GenericFields.model) ?? GenericFields.model(body)
            ?? GenericFields.model(record) ?? memory.model
    }

    private mutating func readContent(
        _ record: JSONValue,
        _ body: JSONValue,
        _ entry: inout Entry
    ) {
        var reader = GenericReader(session: memory.session, inner: inner)
        reader.model = memory.model
        reader.calls = memory.calls
        let inside = body["message"]
        let message = inside?.kind == .object ? inside ?? body : body
        reader.response = responseKey(message, entry)
        let isMeta = record["isMeta"]?.bool == true || record["synthetic_reason"]?.bytes != nil
        if entry.kind.contains("compaction") || entry.kind == "compact" {
            readCompaction(body, &reader, &entry)
        } else if ["tool.execution_start", "tool_call", "tool_use"].contains(entry.kind) {
            reader.readCall(body, &entry)
        } else if ["tool.execution_complete", "tool_result", "toolResult"].contains(entry.kind),
            inside == nil
        {
            reader.readResult(body, &entry)
        } else if let role = GenericReader.role(message) ?? GenericReader.role(record) {
            reader.read(message, role: role, isMeta: isMeta, &entry)
            readUsage(message, record, role, reader.response, &entry)
        }
        memory.calls = reader.calls
    }

    private func readCompaction(
        _ body: JSONValue,
        _ reader: inout GenericReader,
        _ entry: inout Entry
    ) {
        guard !entry.kind.hasSuffix("start") else { return }
        var fact = CompactionFact()
        fact.tokensBefore = (body["tokensBefore"] ?? body["preCompactionTokens"])?.int
        entry.facts.append(.compaction(fact))
        if let summary = (body["summary"] ?? body["summaryContent"])?.nonEmptyString {
            reader.add(summary, .user, .compactSummary, &entry)
        }
    }

    private func responseKey(_ message: JSONValue, _ entry: Entry) -> ResponseKey? {
        if let id = message["responseId"]?.nonEmptyString { return ResponseKey(messageID: id) }
        let id = entry.uuid ?? message["id"]?.nonEmptyString
        if let id, id.utf8.count >= 32 { return ResponseKey(messageID: id) }
        if let time = entry.timestamp, let usage = message["usage"] {
            let hash = Hex.encode(usage.contentHash())
            return ResponseKey(messageID: "@" + String(time.nanoseconds) + "/" + hash)
        }
        return id.map { ResponseKey(messageID: memory.session + "/" + $0) }
    }

    private func readUsage(
        _ message: JSONValue,
        _ record: JSONValue,
        _ role: Role,
        _ key: ResponseKey?,
        _ entry: inout Entry
    ) {
        guard role == .assistant, let key,
            let usage = GenericUsage.of(message) ?? GenericUsage.of(record)
        else { return }
        var fact = ResponseFact(key: key, model: memory.model, usage: usage)
        fact.toolMicrodollars = GenericUsage.cost(message)
        fact.stopReason = (message["stopReason"] ?? message["stop_reason"])?.nonEmptyString
        entry.facts.append(.response(fact))
    }
}
