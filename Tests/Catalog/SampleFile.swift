import Catalog
import Core
import Transcripts

/// A file of a test: what is known of it, and its records.
struct SampleFile {
    var facts: FileFacts
    var items: [FileBatch.Item] = []

    init(_ number: UInt64, generation: Generation = 1, agent: UInt64 = 1, owner: String = "ann") {
        guard let file = FileID(number) else { preconditionFailure("files are numbered from 1") }
        facts = FileFacts(
            stream: StreamID(file: file, generation: generation),
            agent: AgentID(high: 7, low: agent),
            agentName: "ann@host\(agent)",
            owner: owner,
            source: "claude-code",
            path: "projects/p/\(number).jsonl",
            tool: .claudeCode,
            held: 0,
            began: WallTime(nanoseconds: 1),
            changed: WallTime(nanoseconds: 2)
        )
    }

    var stream: StreamID { facts.stream }

    /// Appends a record of 100 bytes.
    mutating func append(
        event: String?,
        session: String?,
        at seconds: Int64?,
        sidechain: Bool = false,
        status: EntryStatus = .ok,
        callScope: String? = nil,
        _ told: [Fact],
        _ analysis: EntryAnalysis? = nil
    ) {
        let position = RecordPosition(offset: UInt64(items.count) * 101, length: 100)
        var entry = Entry(position: position, kind: "user")
        entry.uuid = event
        entry.eventKey = event
        entry.session = session
        entry.timestamp = seconds.map { WallTime(nanoseconds: $0 * 1_000_000_000) }
        entry.isSidechain = sidechain
        entry.status = status
        entry.callScope = callScope
        entry.facts = told
        items.append(FileBatch.Item(entry, analysis ?? EntryAnalysis()))
        facts.held = position.offset + 101
    }

    /// The records of a range as one batch.
    func batch(_ range: Range<Int>) -> FileBatch {
        FileBatch(
            stream: stream,
            items: Array(items[range]),
            parsedOffset: UInt64(range.upperBound) * 101,
            lines: UInt64(range.upperBound),
            readerState: [UInt8(truncatingIfNeeded: range.upperBound)],
            received: WallTime(nanoseconds: 1_000)
        )
    }

    /// Applies the records from where the catalog stands, at most `count`; false when there are none.
    func feed(_ writer: CatalogWriter, count: Int = .max) throws -> Bool {
        try writer.upsert(facts)
        let start = Int((try writer.position(of: stream)?.parsedOffset ?? 0) / 101)
        guard start < items.count else { return false }
        let end = count < items.count - start ? start + count : items.count
        _ = try writer.apply(batch(start..<end))
        return true
    }
}
