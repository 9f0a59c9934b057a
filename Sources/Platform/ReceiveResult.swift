/// What a non-blocking receive brought.
package enum ReceiveResult: Sendable, Hashable {
    /// That many bytes, at least one.
    case bytes(Int)
    /// Nothing yet.
    case wouldBlock
    /// The peer sends no more.
    case closed
}
