/// Tells identifiers that are one of their kind in the world from those that count within a session.
///
/// Services draw theirs at random (`toolu_01BcD…`, `call_8fJ2…`, UUIDs), and copies of a session keep them. Tools
/// and some models number theirs (`call_1`, `functions.shell:0`, `read_file_1743612345678_0`), in each session
/// from the start.
package enum UniqueIdentifier {
    /// So many changes between small letters, capitals and digits do words with a number behind them not have.
    private static let changes = 6
    /// Prefixes that are written before nothing but random text.
    private static let prefixes = ["toolu_", "srvtoolu_"]

    /// Whether another session has this identifier only when it tells the same thing.
    package static func matches(_ text: String) -> Bool {
        if prefixes.contains(where: { text.utf8.starts(with: $0.utf8) }) { return true }
        var count = 0
        var last = Kind.other
        for byte in text.utf8 {
            let kind = Kind(byte)
            if kind != last, kind != .other, last != .other { count += 1 }
            last = kind
        }
        return count >= changes
    }

    private enum Kind {
        case small, capital, digit, other

        init(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): self = .small
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): self = .capital
            case UInt8(ascii: "0")...UInt8(ascii: "9"): self = .digit
            default: self = .other
            }
        }
    }
}
