import Core
import TLS
import Transcripts

/// What a checkpoint holds: `manifest.json`, one object.
///
/// ```
/// {"format":1,"number":7,"made":"2026-11-21T08:00:00.000Z","epoch":"5f3a9c0011223344","tables":[
///  {"table":"messages","file":"messages.jsonl","after":120,"through":340,"rows":52,"deletions":1,
///   "first_rev":121,"last_rev":340,"bytes":81234,"sha256":"…"}],"check":"…"}
/// ```
/// `after` and `through` are revs of the catalog of that `epoch`: the segment has every row whose latest change lies
/// between, `after` not included, `through` included. `bytes` and `sha256` are of the lines, also where the segment is
/// compressed as `messages.jsonl.zst`. `check` is the SHA-256 of everything before `,"check"`.
struct CheckpointManifest: Hashable {
    static let name: BytePath = "manifest.json"

    /// The rows of one table.
    struct Segment: Hashable {
        var table: String
        var after: Int64
        var through: Int64
        var rows: Int64 = 0
        var deletions: Int64 = 0
        /// 0 without rows, as is `lastRev`.
        var firstRev: Int64 = 0
        var lastRev: Int64 = 0
        var bytes: UInt64 = 0
        var sha256 = ""

        var file: BytePath { BytePath(table + ".jsonl") }
        var compressedFile: BytePath { BytePath(table + ".jsonl.zst") }
    }

    var number: UInt64
    var made: WallTime
    var epoch: UInt64
    var segments: [Segment]

    var rows: Int64 { segments.reduce(0) { $0 + $1.rows + $1.deletions } }
    var bytes: UInt64 { segments.reduce(0) { $0 + $1.bytes } }
    /// Whether it needs none before it: every row that there was is in it.
    var isWhole: Bool { segments.allSatisfy { $0.after == 0 } }

    /// The segment of a table; nil when the checkpoint has none.
    func segment(_ table: String) -> Segment? { segments.first { $0.table == table } }

    // MARK: Writing

    var text: String {
        var writer = JSONWriter()
        writer.object { json in
            json.number("format", 1)
            json.number("number", number)
            json.string("made", made.iso8601)
            json.string("epoch", Hex.encode(epoch))
            json.array("tables") { json in
                for segment in segments { json.object { describe(segment, &$0) } }
            }
        }
        let body = String(writer.result.dropLast())
        return body + ",\"check\":\"\(SHA256.digest(of: Array(body.utf8)))\"}\n"
    }

    private func describe(_ segment: Segment, _ json: inout JSONWriter) {
        json.string("table", segment.table)
        json.string("file", segment.file.description)
        json.number("after", segment.after)
        json.number("through", segment.through)
        json.number("rows", segment.rows)
        json.number("deletions", segment.deletions)
        json.number("first_rev", segment.firstRev)
        json.number("last_rev", segment.lastRev)
        json.number("bytes", segment.bytes)
        json.string("sha256", segment.sha256)
    }

    // MARK: Reading

    /// Nil for what is damaged, or of another format.
    init?(_ bytes: [UInt8]) {
        let mark = Array(",\"check\":\"".utf8)
        guard bytes.count > mark.count + 67, let parser = JSONParser() else { return nil }
        let body = bytes.count - mark.count - 67
        guard Array(bytes[body..<(body + mark.count)]) == mark,
            Array(SHA256.digest(of: Array(bytes[..<body])).description.utf8)
                == Array(bytes[(body + mark.count)..<(bytes.count - 3)])
        else { return nil }
        let padded = bytes + [UInt8](repeating: 0, count: JSONParser.padding)
        let read = padded.withUnsafeBytes { (buffer) -> CheckpointManifest? in
            let text = UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count])
            do throws(JSONParser.Failure) {
                return try parser.parse(padded: text) { CheckpointManifest($0) }
            } catch {
                return nil
            }
        }
        guard let read else { return nil }
        self = read
    }

    init(number: UInt64, made: WallTime, epoch: UInt64, segments: [Segment]) {
        self.number = number
        self.made = made
        self.epoch = epoch
        self.segments = segments
    }

    private init?(_ json: JSONValue) {
        guard json["format"]?.int == 1, let number = json["number"]?.int,
            let made = json["made"]?.string.flatMap({ WallTime(iso8601: $0) }),
            let epoch = json["epoch"]?.string.flatMap({ UInt64($0, radix: 16) }),
            let tables = json["tables"]
        else { return nil }
        var segments: [Segment] = []
        for table in tables.elements {
            guard let name = table["table"]?.string, let after = table["after"]?.int,
                let through = table["through"]?.int, let sha256 = table["sha256"]?.string
            else { return nil }
            var segment = Segment(table: name, after: after, through: through)
            segment.rows = table["rows"]?.int ?? 0
            segment.deletions = table["deletions"]?.int ?? 0
            segment.firstRev = table["first_rev"]?.int ?? 0
            segment.lastRev = table["last_rev"]?.int ?? 0
            segment.bytes = UInt64(table["bytes"]?.int ?? 0)
            segment.sha256 = sha256
            segments.append(segment)
        }
        self.init(number: UInt64(number), made: made, epoch: epoch, segments: segments)
    }
}
