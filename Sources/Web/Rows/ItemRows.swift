import Catalog
import Core
import SQL

/// Items of conversations as the API tells them: one message with its call, its usage and what is attached.
///
/// The columns are asked in a statement where `x` is the message, `c` its call and `r` the response that counts for
/// its record.
struct ItemRows {
    static let columns = """
        x.id, x.entry, x.block, x.role, x.kind, x.model, x.timestamp, x.sidechain, x.text, x.length,
        x.language, x.has_code, x.has_secrets, x.repaired, \(UsageRow.columns), \(CallRow.columns)
        """
    static let count = 14 + UsageRow.count + CallRow.count

    static let joins = """
        LEFT JOIN tool_usage c ON c.id = x.call
        LEFT JOIN responses r ON r.session IS x.session AND r.timestamp IS x.timestamp
            AND r.entry = x.entry AND r.error = 0
        """

    /// Bytes of a text that are told.
    var textLimit: Int
    /// Bytes of a text that are passed over, up to the boundary of a Unicode scalar.
    var offset = 0
    /// Where the text that was written last ended, in bytes of the whole.
    private(set) var end = 0
    /// By the record that they stand in.
    var attachments: [Int64: [Attachment]] = [:]
    /// The sessions that calls started, by the tool's identifier of the call.
    var subagents: [String: Int64] = [:]
    private var entry: Int64?
    private var last: Int64?

    struct Attachment {
        var id: Int64
        var kind: String
        var mediaType: String?
        var size: Int64
    }

    init(textLimit: Int) { self.textLimit = textLimit }

    /// Whether the row repeats the item before: a record may tell two responses.
    mutating func repeats(_ row: Statement, _ first: Int) -> Bool {
        let id = row.int(first)
        defer { last = id }
        return last == id
    }

    /// Writes the item whose columns begin at `first`, as an object.
    mutating func write(_ row: Statement, _ first: Int, _ json: inout JSONBuffer) {
        let entry = row.int(first + 1)
        let isFirst = self.entry != entry
        self.entry = entry
        let (text, isCut) = text(row.text(first + 8))
        json.object { json in
            json.identifier("id", row.int(first))
            json.number("entry", entry)
            json.number("block", row.int(first + 2))
            json.string("role", row.text(first + 3))
            json.string("kind", row.text(first + 4))
            json.string("model", row.optionalText(first + 5))
            json.time("timestamp", row.optionalTime(first + 6))
            json.bool("sidechain", row.bool(first + 7))
            json.string("text", text)
            json.number("length", row.int(first + 9))
            json.bool("truncated", isCut || row.int(first + 9) > Int64(text.utf8.count))
            json.string("language", row.optionalText(first + 10))
            json.bool("has_code", row.bool(first + 11))
            json.bool("has_secrets", row.bool(first + 12))
            json.bool("repaired", row.bool(first + 13))
            let usage = first + 14
            if isFirst, !row.isNull(usage + 1) {
                UsageRow.write("usage", row, usage, &json)
            } else {
                json.null("usage")
            }
            let call = usage + UsageRow.count
            if row.isNull(call) {
                json.null("call")
            } else {
                CallRow.write("call", row, call, subagents, &json)
            }
            json.array("attachments") { json in
                guard isFirst else { return }
                for attachment in attachments[entry] ?? [] {
                    json.object { json in
                        json.identifier("id", attachment.id)
                        json.string("kind", attachment.kind)
                        json.string("media_type", attachment.mediaType)
                        json.number("size", attachment.size)
                    }
                }
            }
        }
    }

    /// The part of the text that is wanted.
    private mutating func text(_ text: String) -> (String, Bool) {
        guard offset > 0 else {
            let part = ItemRows.cut(text, textLimit)
            end = part.text.utf8.count
            return part
        }
        let start = ItemRows.cut(text, offset).text.endIndex
        let rest = String(text[start...])
        let part = ItemRows.cut(rest, textLimit)
        end = text.utf8.count - rest.utf8.count + part.text.utf8.count
        return part
    }

    /// The beginning of a text up to the boundary of a Unicode scalar.
    static func cut(_ text: String, _ bytes: Int) -> (text: String, isCut: Bool) {
        guard text.utf8.count > bytes else { return (text, false) }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: bytes)
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return (String(text[..<end]), true)
    }
}
