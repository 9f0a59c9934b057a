import Core
import Delivery

/// What a folder of lines has committed, as a small text file.
///
/// ```
/// tailship 1
/// cursor 5f3a9c0011223344 1234
/// length 1048576 2026-11-21.jsonl
/// check 7a6f0d3c55aa1122
/// ```
/// Numbers but lengths and revs are hexadecimal; `check` is XXH3-64 over all lines before it. `length` names the
/// files that are being written, with what of them counts.
struct JSONLinesCommit: Hashable {
    var cursor: Cursor?
    var lengths: [String: UInt64] = [:]

    init() {}

    /// Nil for what is damaged or of another version.
    init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first == "tailship 1", let last = lines.last else { return nil }
        let body = lines.dropLast().map { $0 + "\n" }.joined()
        guard last == "check " + Hex.encode(Checksum.xxh3(Array(body.utf8))) else { return nil }
        for line in lines.dropFirst().dropLast() {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3 else { return nil }
            switch words[0] {
            case "cursor":
                guard let epoch = UInt64(words[1], radix: 16), let rev = Int64(words[2]) else {
                    return nil
                }
                cursor = Cursor(epoch: epoch, rev: rev)
            case "length": lengths[String(words[2])] = UInt64(words[1])
            default: return nil
            }
        }
    }

    var bytes: [UInt8] {
        var text = "tailship 1\n"
        if let cursor { text += "cursor \(Hex.encode(cursor.epoch)) \(cursor.rev)\n" }
        for (name, length) in lengths.sorted(by: { $0.key < $1.key }) {
            text += "length \(length) \(name)\n"
        }
        return Array((text + "check \(Hex.encode(Checksum.xxh3(Array(text.utf8))))\n").utf8)
    }
}
