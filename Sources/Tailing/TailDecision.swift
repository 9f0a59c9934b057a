/// What to do about a stream after a look at its file.
package enum TailDecision: Hashable, Sendable {
    /// Nothing happened since the last look.
    case unchanged
    /// There are bytes behind what was read; the guard decides whether they continue the stream.
    case read
    /// Only the times moved and nothing was read yet: remember the new ones.
    case touched
    /// It may have been written over: compare what was read with its checksums.
    case compare
    /// What was read is not there any more: the stream ends, the next begins at offset 0.
    case newGeneration(StreamReason)
}
