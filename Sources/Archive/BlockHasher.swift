import Core

/// A SHA-256 computation that starts anew after each result.
package protocol BlockHasher {
    /// Adds bytes of any number.
    mutating func update(_ bytes: UnsafeRawBufferPointer)
    /// The hash of everything since the last call; the next one starts from nothing.
    mutating func finish() -> Digest
}
