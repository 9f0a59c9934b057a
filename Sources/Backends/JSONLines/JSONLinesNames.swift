import Catalog
import Core
import SQL
import Settings

/// Which file a row stands in.
enum JSONLinesNames {
    /// The path without `.jsonl`, below the consumer's folder.
    static func file(of row: FeedRow, by grouping: ConsumerSettings.Grouping) -> String {
        switch grouping {
        case .day: return day(of: row)
        case .session:
            guard case .text(let session) = row["session"], case .text(let tool) = row["tool"]
            else {
                return "without-session"
            }
            return name(tool) + "/" + name(session)
        }
    }

    private static func day(of row: FeedRow) -> String {
        guard let nanoseconds = row.time.integer else { return "undated" }
        return String(WallTime(nanoseconds: nanoseconds).iso8601.prefix(10))
    }

    /// A name for a file: what is no letter, digit, "-", "_" or "." is written as % and two digits.
    private static func name(_ text: String) -> String {
        var result = ""
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: ".") where index > 0: result += "."
            default: result += "%" + Hex.encode([byte])
            }
        }
        // A name of a file has at most 255 bytes.
        return result.utf8.count <= 200
            ? result : result.prefix(180) + "~" + Hex.encode(Checksum.xxh3(Array(text.utf8)))
    }
}
