/// Why a stream began.
package enum StreamReason: Int64, Sendable, CaseIterable {
    /// The file was seen for the first time.
    case first = 0
    /// The file became shorter than what had been read of it.
    case truncated = 1
    /// Bytes that had been read were overwritten in place.
    case rewritten = 2
    /// The path shows another file than before.
    case replaced = 3
    /// The file was rewritten whole and is kept by copies.
    case snapshot = 4
    /// The receiver holds other bytes than the file.
    case mismatch = 5

    /// The word for people and programs; the words are stable.
    package var name: String {
        switch self {
        case .first: "first"
        case .truncated: "truncated"
        case .rewritten: "rewritten"
        case .replaced: "replaced"
        case .snapshot: "snapshot"
        case .mismatch: "mismatch"
        }
    }
}
