import Catalog
import Core
import SQL

/// Makes the JSON of records from rows of their items, which come one record after another.
struct EntryWriter {
    private var seq: Int64?
    private var head = JSONBuffer()
    private var items = JSONBuffer()
    private var tail = JSONBuffer()
    private var kinds: [String] = []
    private var hasFailed = false
    private var rows = ItemRows(textLimit: EntryRows.preview)

    /// Takes a row; the record before it, when it is of another.
    mutating func take(_ row: Statement, _ usage: Int, _ item: Int) -> (Int64, [UInt8])? {
        var done: (Int64, [UInt8])?
        if seq != row.int(0) {
            done = finish()
            begin(row, usage)
        }
        guard !row.isNull(item), !rows.repeats(row, item) else { return done }
        kinds.append(row.text(item + 4))
        if row.optionalText(item + 14 + UsageRow.count + 10) == "error" { hasFailed = true }
        rows.write(row, item, &items)
        return done
    }

    /// The last record.
    mutating func finish() -> (Int64, [UInt8])? {
        guard let seq else { return nil }
        self.seq = nil
        head.string("icon", icon)
        var bytes = head.bytes
        bytes += ",\"items\":[".utf8
        bytes += items.bytes
        bytes += "],".utf8
        bytes += tail.bytes
        bytes.append(UInt8(ascii: "}"))
        return (seq, bytes)
    }

    private mutating func begin(_ row: Statement, _ usage: Int) {
        seq = row.int(0)
        kinds = []
        hasFailed = false
        items = JSONBuffer()
        tail = JSONBuffer(capacity: 256)
        if row.isNull(usage + 1) {
            tail.null("usage")
        } else {
            UsageRow.write("usage", row, usage, &tail)
        }
        head = JSONBuffer(capacity: 512)
        head.raw(nil, CollectionOfOne(UInt8(ascii: "{")))
        head.beginMembers()
        head.number("seq", row.int(0))
        head.identifier("id", row.int(1))
        head.time("received", row.optionalTime(2))
        head.time("timestamp", row.optionalTime(3))
        let latency = row.optionalInt(3).map { row.int(2) &- $0 }
        head.milliseconds("latency_ms", latency)
        head.string("kind", row.text(4))
        status = row.text(5)
        recordKind = row.text(4)
        isSidechain = row.bool(7)
        head.string("status", status)
        head.string("reason", row.optionalText(6))
        head.bool("sidechain", isSidechain)
        head.string("tool", row.text(8))
        head.identifier("session", row.optionalInt(9))
        head.string("machine", row.optionalText(10))
        head.string("agent", row.optionalText(11))
        head.string("owner", row.optionalText(12))
        head.string("session_name", row.optionalText(13))
        head.string("title", row.optionalText(14))
        head.string("project", row.optionalText(15))
    }

    private var status = ""
    private var recordKind = ""
    private var isSidechain = false

    /// What kind of record it is, in a word for a picture.
    private var icon: String {
        if status == "malformed" || status == "unknown" { return "unparsed" }
        let isCompaction = recordKind.contains("compact") || kinds.contains("compact_summary")
        if isCompaction { return "compaction" }
        if hasFailed || kinds.contains("api_error") { return "error" }
        if kinds.contains("subagent_prompt") { return "subagent" }
        if kinds.contains("prompt") || kinds.contains("slash_command") { return "human" }
        if kinds.contains("tool_use") { return "tool" }
        if kinds.contains("text") { return "assistant" }
        if kinds.contains("tool_result") { return "result" }
        return kinds.contains("thinking") ? "thinking" : "system"
    }
}
