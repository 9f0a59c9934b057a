/// Where the bytes of a stream can be read.
package enum StreamState: Int64, Sendable, CaseIterable {
    /// Its path shows it.
    case live = 0
    /// Its path is gone or shows another file; only a held hard link still reaches the bytes.
    case gone = 1
    /// An immutable copy in the state folder.
    case snapshot = 2
    /// Overwritten, truncated or let go: what was not read is nowhere any more.
    case lost = 3
}
