import Core

/// What is remembered of a transcript's lines so far.
struct ClaudeMemory: Hashable {
    private struct Told: Hashable {
        /// Of the session's key.
        var session: UInt64
        /// Of what was said of it last.
        var facts: UInt64
    }

    /// The session of the last line that named one.
    var session: String?
    /// The sessions that were spoken of last, and what was said of them, to say nothing twice.
    private var told: [Told] = []
    /// Hashes of prompts that were put before the model while it worked.
    private var queued: [UInt64] = []
    /// Hashes of the copies of files that are known.
    private var backups: Set<UInt64> = []
    /// Whether a compaction was told whose summary has not come yet.
    var isCompacting = false

    private static let version: UInt64 = 1
    private static let sessions = 128
    private static let prompts = 64
    private static let copies = 2_048

    init() {}

    /// Whether `facts` were not yet said of the session last.
    mutating func tells(_ session: UInt64, _ facts: UInt64) -> Bool {
        if let index = told.firstIndex(where: { $0.session == session }) {
            guard told[index].facts != facts else { return false }
            told[index].facts = facts
            return true
        }
        if told.count == ClaudeMemory.sessions { told.removeFirst() }
        told.append(Told(session: session, facts: facts))
        return true
    }

    /// Whether a prompt of this text was queued before; remembers it when `isQueued`.
    mutating func knowsQueued(_ text: UnsafeRawBufferPointer, isQueued: Bool) -> Bool {
        let hash = Checksum.xxh3(text)
        if let index = queued.firstIndex(of: hash) {
            queued.remove(at: index)
            return true
        }
        if isQueued {
            if queued.count == ClaudeMemory.prompts { queued.removeFirst() }
            queued.append(hash)
        }
        return false
    }

    /// Whether a copy of a file is told for the first time.
    mutating func isNew(backup: UInt64) -> Bool {
        if backups.count == ClaudeMemory.copies { backups.removeAll() }
        return backups.insert(backup).inserted
    }

    // MARK: State

    init(_ state: [UInt8]) {
        var reader = StateReader(state)
        guard reader.number() == ClaudeMemory.version,
            let session = reader.optional({ $0.text() }),
            let told = reader.list({ reader in
                reader.number().flatMap { session in
                    reader.number().map { Told(session: session, facts: $0) }
                }
            }), let queued = reader.list({ $0.number() }),
            let backups = reader.list({ $0.number() }), let isCompacting = reader.bool(),
            reader.isAtEnd
        else { return }
        self.session = session
        self.told = told
        self.queued = queued
        self.backups = Set(backups)
        self.isCompacting = isCompacting
    }

    var state: [UInt8] {
        var writer = StateWriter()
        writer.number(ClaudeMemory.version)
        writer.optional(session) { $0.text($1) }
        writer.list(told) {
            $0.number($1.session)
            $0.number($1.facts)
        }
        writer.list(queued) { $0.number($1) }
        writer.list(backups.sorted()) { $0.number($1) }
        writer.bool(isCompacting)
        return writer.bytes
    }
}
