import Core

/// What the reader of a file of any tool remembers between two records.
struct GenericMemory: Hashable {
    /// What the records say, else what the path tells.
    var session: String
    var model: String?
    /// The latest calls.
    var calls: [String] = []

    init(_ path: BytePath) { session = Self.session(named: path) }

    /// The file's name without its extension, or its folder's where the name is the same in every session.
    static func session(named path: BytePath) -> String {
        let parts = path.components.map { String(decoding: $0.bytes, as: UTF8.self) }
        var name = parts.last ?? ""
        if let dot = name.lastIndex(of: "."), dot != name.startIndex { name = String(name[..<dot]) }
        let isCommon = ["events", "chat_history", "state", "summary", "wire", "context"].contains(
            name
        )
        return isCommon && parts.count > 1 ? parts[parts.count - 2] : name
    }

    private static let format: UInt64 = 1

    var encoded: [UInt8] {
        var writer = StateWriter()
        writer.number(Self.format)
        writer.text(session)
        writer.optional(model) { $0.text($1) }
        writer.list(calls) { $0.text($1) }
        return writer.bytes
    }

    /// Nil when the bytes are not what `encoded` gave.
    init?(_ bytes: [UInt8]) {
        var reader = StateReader(bytes)
        guard reader.number() == Self.format, let session = reader.text(),
            let model = reader.optional({ $0.text() }), let calls = reader.list({ $0.text() }),
            reader.isAtEnd
        else { return nil }
        self.session = session
        self.model = model
        self.calls = calls
    }
}
