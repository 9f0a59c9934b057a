/// Tells whether a text was told before by another family of records.
///
/// Codex writes the same message as a `response_item`, as a legacy event (`user_message`, `agent_message`,
/// `agent_reasoning`) and, since 2026, as `item_completed`; which of them a file has depends on its version,
/// and their order is not fixed. A text counts when no other family has told it within the last texts.
struct CodexTextPool: Hashable {
    /// Which family a record belongs to.
    enum Family: UInt64 {
        case response = 1
        case event = 2
        case item = 4
    }

    /// A text that was told.
    struct Told: Hashable {
        var hash: UInt64
        /// Bits of `Family`.
        var families: UInt64
        /// The key of the message that stands for it.
        var key: String
        /// The block of that message.
        var block: Int
        /// Whether it counts as a prompt already.
        var isPrompt: Bool
    }

    private static let capacity = 32
    private var told: [Told] = []

    /// Forgets everything: a new turn begins.
    mutating func clear() { told.removeAll(keepingCapacity: true) }

    /// The message that another family told with this text, which `family` has then told too; nil when it is new.
    mutating func match(_ hash: UInt64, _ family: Family) -> Told? {
        let found = told.firstIndex { $0.hash == hash && $0.families & family.rawValue == 0 }
        guard let found else { return nil }
        let earlier = told[found]
        told[found].families |= family.rawValue
        told[found].isPrompt = true
        return earlier
    }

    /// Remembers a text that was told first by `family`.
    mutating func add(
        _ hash: UInt64,
        _ family: Family,
        key: String,
        block: Int,
        isPrompt: Bool
    ) {
        if told.count == Self.capacity { told.removeFirst() }
        told.append(
            Told(
                hash: hash,
                families: family.rawValue,
                key: key,
                block: block,
                isPrompt: isPrompt
            )
        )
    }

    func write(_ writer: inout StateWriter) {
        writer.list(told) { writer, each in
            writer.number(each.hash)
            writer.number(each.families)
            writer.text(each.key)
            writer.number(UInt64(each.block))
            writer.bool(each.isPrompt)
        }
    }

    static func read(_ reader: inout StateReader) -> CodexTextPool? {
        let told = reader.list { reader -> Told? in
            guard let hash = reader.number(), let families = reader.number(),
                let key = reader.text(), let block = reader.number(), block < 1 << 32,
                let isPrompt = reader.bool()
            else { return nil }
            return Told(
                hash: hash,
                families: families,
                key: key,
                block: Int(block),
                isPrompt: isPrompt
            )
        }
        guard let told else { return nil }
        var pool = CodexTextPool()
        pool.told = told
        return pool
    }
}
