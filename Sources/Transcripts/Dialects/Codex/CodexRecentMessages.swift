/// The keys of the latest messages, turn by turn, so that `thread_rolled_back` can say which it withdraws.
struct CodexRecentMessages: Hashable {
    private static let capacity = 256
    /// Keys in their order; nil stands before the first message of a turn of the user.
    private var keys: [String?] = []

    /// A turn of the user begins.
    mutating func beginTurn() { append(nil) }

    /// A message was told.
    mutating func append(_ key: String?) {
        if keys.count == Self.capacity { keys.removeFirst(Self.capacity / 4) }
        keys.append(key)
    }

    /// Takes out the messages of the latest `turns` turns, as far as they are remembered.
    mutating func rollBack(_ turns: Int64) -> [String] {
        var left = turns
        var taken: [String] = []
        while left > 0, let last = keys.popLast() {
            if let last {
                taken.append(last)
            } else {
                left -= 1
            }
        }
        return taken.reversed()
    }

    /// Each key is written as what it shares with the one before it, and the rest.
    func write(_ writer: inout StateWriter) {
        var last: [UInt8] = []
        writer.list(keys) { writer, key in
            writer.optional(key) { writer, key in
                let bytes = Array(key.utf8)
                let shared = zip(bytes, last).prefix { $0 == $1 }.count
                writer.number(UInt64(shared))
                writer.text(String(decoding: bytes[shared...], as: UTF8.self))
                last = bytes
            }
        }
    }

    static func read(_ reader: inout StateReader) -> CodexRecentMessages? {
        var last: [UInt8] = []
        let keys = reader.list { reader in
            reader.optional { reader -> String? in
                guard let shared = reader.number(), shared <= UInt64(last.count),
                    let rest = reader.text()
                else { return nil }
                last = last[..<Int(shared)] + Array(rest.utf8)
                return String(decoding: last, as: UTF8.self)
            }
        }
        guard let keys else { return nil }
        var recent = CodexRecentMessages()
        recent.keys = keys
        return recent
    }
}
