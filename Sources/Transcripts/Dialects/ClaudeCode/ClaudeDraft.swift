import Core

/// An entry in the making.
struct ClaudeDraft {
    var entry: Entry
    /// Whether the message stands in another line too, which tells it better (`agent_progress`).
    var isCopy = false
    /// Whether the session is a subagent's.
    var isSubagent = false
    private(set) var accesses = 0
    private(set) var attachments = 0

    /// Of what is told at first hand; a copy's version is 0, so that it never replaces it.
    private static let original: UInt64 = 1

    init(_ entry: Entry) { self.entry = entry }

    private var version: UInt64 { isCopy ? 0 : ClaudeDraft.original }

    /// Notes that something is not known; what is understood beside it stays.
    mutating func isUnknown(_ what: String, _ name: JSONValue?) {
        let word = name?.string.map { "\"" + ClaudeText.start(of: $0, 64) + "\"" }
        let reason = "unknown \(what) \(word ?? "without a name")"
        entry.status = .unknown
        guard let former = entry.reason else {
            entry.reason = reason
            return
        }
        if former.utf8.count < 256, !former.contains(reason) {
            entry.reason = former + "; " + reason
        }
    }

    mutating func add(_ message: MessageFact) {
        var message = message
        message.version = version
        entry.facts.append(.message(message))
    }

    mutating func add(_ call: ToolCallFact) {
        var call = call
        call.version = version
        entry.facts.append(.call(call))
    }

    mutating func add(_ result: ToolResultFact) {
        var result = result
        result.version = version
        entry.facts.append(.result(result))
    }

    /// A text that the tool put in, unless it is empty.
    mutating func note(_ text: String?, _ kind: MessageKind = .system, role: Role = .system) {
        guard let text, !text.isEmpty else { return }
        add(MessageFact(block: 0, role: role, kind: kind, text: text))
    }

    mutating func access(
        _ path: String,
        _ operation: FileOperation,
        _ change: (inout FileAccessFact) -> Void = { _ in }
    ) {
        var fact = FileAccessFact(ordinal: accesses, path: path, operation: operation)
        change(&fact)
        accesses += 1
        entry.facts.append(.access(fact))
    }

    mutating func session(_ change: (inout SessionFact) -> Void) {
        var fact = SessionFact()
        change(&fact)
        if !fact.isEmpty { entry.facts.append(.session(fact)) }
    }

    mutating func title(_ source: TitleSource, _ text: JSONValue?, leaf: JSONValue? = nil) {
        self.title(source, text?.nonEmptyString, leaf: leaf)
    }

    mutating func title(_ source: TitleSource, _ text: String?, leaf: JSONValue? = nil) {
        guard let text, !text.isEmpty else { return }
        let title = SessionFact.Title(source: source, text: text, leaf: leaf?.nonEmptyString)
        session { $0.title = title }
    }

    /// Withdraws the messages of these events.
    mutating func retract(_ events: JSONValue?) {
        let keys = events?.elements.compactMap(\.nonEmptyString) ?? []
        guard !keys.isEmpty else { return }
        let fact = RetractionFact(keys: keys, version: ClaudeDraft.original + 1)
        entry.facts.append(.retraction(fact))
    }

    /// An image or a document: `{"source":{"type":"base64","media_type":…,"data":…}}`, or with a URL or a file's
    /// identifier.
    mutating func attach(_ block: JSONValue, _ kind: AttachmentFact.Kind, callID: String? = nil) {
        let source = block["source"]
        let type = (source?["media_type"] ?? block["mimeType"])?.nonEmptyString
        var fact: AttachmentFact
        if let data = (source?["data"] ?? block["data"])?.bytes, !data.isEmpty {
            if source?["type"]?.equals("text") == true {
                let cut = CutMark.length(of: data)
                fact = AttachmentFact(
                    ordinal: attachments,
                    kind: kind,
                    size: cut ?? Int64(data.count)
                )
                if cut == nil { fact.hash = Checksum.xxh3(data) }
            } else {
                fact = AttachmentFact(base64: data, mediaType: type, ordinal: attachments)
            }
        } else {
            fact = AttachmentFact(ordinal: attachments, kind: kind, size: 0)
            fact.path = (source?["url"] ?? source?["file_id"] ?? source?["path"])?.nonEmptyString
        }
        fact.kind = kind
        fact.mediaType = type
        fact.callID = callID
        attachments += 1
        entry.facts.append(.attachment(fact))
    }

    /// An image or a document as the details of a result and attached files have it: `{"base64":…,"type":…}`.
    mutating func attach(file: JSONValue, callID: String? = nil) {
        guard let data = file["base64"]?.bytes, !data.isEmpty else { return }
        let type = file["type"]?.nonEmptyString ?? "application/octet-stream"
        var fact = AttachmentFact(base64: data, mediaType: type, ordinal: attachments)
        fact.callID = callID
        fact.path = file["filePath"]?.nonEmptyString
        attachments += 1
        entry.facts.append(.attachment(fact))
    }

    /// An output that was too large for the transcript.
    mutating func spilled(_ path: String, size: Int64?, callID: String?) {
        var fact = AttachmentFact(ordinal: attachments, kind: .spilled, size: max(0, size ?? 0))
        fact.path = path
        fact.callID = callID
        attachments += 1
        entry.facts.append(.attachment(fact))
    }
}
