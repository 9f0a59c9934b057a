/// How long Claude Code keeps its sessions: `cleanupPeriodDays` of its settings.json.
struct ToolRetention {
    /// Nil where nothing is set, which means 30.
    let days: Int?

    /// Looks for the key and its number; what else stands in the file does not matter.
    init(settings text: [UInt8]) {
        let key = Array("\"cleanupPeriodDays\"".utf8)
        var rest = text[...]
        var found: Int?
        while rest.count >= key.count {
            guard rest.starts(with: key) else {
                rest = rest.dropFirst()
                continue
            }
            rest = rest.dropFirst(key.count).drop(while: ToolRetention.isBlank)
            guard rest.first == UInt8(ascii: ":") else { continue }
            let digits = rest.dropFirst().drop(while: ToolRetention.isBlank)
                .prefix { (48...57).contains($0) }
            found = Int(String(decoding: digits, as: UTF8.self)) ?? found
        }
        days = found
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [9, 10, 13, 32].contains(byte) }
}
