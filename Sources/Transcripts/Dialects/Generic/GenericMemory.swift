import Core

/// What the reader of a file of any tool remembers between two records.
struct GenericMemory: Hashable {
    /// What the records say, else what the path tells.
    var session: String
    var model: String?
    /// How hard the model is asked to think.
    var effort: String?
    /// The latest calls.
    var calls: [String] = []
    /// What Copilot counted.
    var meter = CopilotMeter()
    /// The latest messages, so that a rewind can say which it withdraws.
    var recent: [Told] = []

    /// A record with messages.
    struct Told: Hashable {
        var uuid: String
        var eventKey: String
    }

    private static let recentCapacity = 256

    init(_ path: BytePath) { session = Self.session(named: path) }

    /// Remembers a record with messages.
    mutating func note(_ uuid: String, _ eventKey: String) {
        if recent.count == Self.recentCapacity { recent.removeFirst(Self.recentCapacity / 4) }
        recent.append(Told(uuid: uuid, eventKey: eventKey))
    }

    /// Takes out the records behind that of `uuid`; their events, none when it is not remembered.
    mutating func rewind(to uuid: String) -> [String] {
        guard let last = recent.lastIndex(where: { $0.uuid == uuid }) else { return [] }
        defer { recent.removeSubrange((last + 1)...) }
        return recent[(last + 1)...].map(\.eventKey)
    }

    /// The file's name without its extension, or its folder's where the name is the same in every session.
    static func session(named path: BytePath) -> String {
        let parts = path.components.map { String(decoding: $0.bytes, as: UTF8.self) }
        var name = parts.last ?? ""
        if let dot = name.lastIndex(of: "."), dot != name.startIndex { name = String(name[..<dot]) }
        let isCommon = Self.commonNames.contains(name)
        return isCommon && parts.count > 1 ? parts[parts.count - 2] : name
    }

    /// Names that files have in the folder of every session.
    private static let commonNames: Set<String> = [
        "events", "chat_history", "state", "summary", "wire", "context", "session", "messages",
        "conversation", "transcript", "history", "chat", "log", "api_conversation_history",
        "ui_messages", "trace", "output",
    ]

    private static let format: UInt64 = 2

    var encoded: [UInt8] {
        var writer = StateWriter()
        writer.number(Self.format)
        writer.text(session)
        writer.optional(model) { $0.text($1) }
        writer.optional(effort) { $0.text($1) }
        writer.list(calls) { $0.text($1) }
        meter.write(&writer)
        writer.list(recent) { writer, told in
            writer.text(told.uuid)
            writer.text(told.eventKey)
        }
        return writer.bytes
    }

    /// Nil when the bytes are not what `encoded` gave.
    init?(_ bytes: [UInt8]) {
        var reader = StateReader(bytes)
        guard reader.number() == Self.format, let session = reader.text(),
            let model = reader.optional({ $0.text() }),
            let effort = reader.optional({ $0.text() }), let calls = reader.list({ $0.text() }),
            let meter = CopilotMeter.read(&reader),
            let recent = reader.list({ reader -> Told? in
                guard let uuid = reader.text(), let key = reader.text() else { return nil }
                return Told(uuid: uuid, eventKey: key)
            }), reader.isAtEnd
        else { return nil }
        self.session = session
        self.model = model
        self.effort = effort
        self.calls = calls
        self.meter = meter
        self.recent = recent
    }
}
