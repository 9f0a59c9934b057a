import Core

/// SHA-256 as Tailing needs it: it can be asked on the way and goes on.
package protocol BlockHasher: AnyObject {
    /// Begins anew.
    func reset()
    func update(_ bytes: UnsafeRawBufferPointer)
    /// The hash of everything since the last reset; more bytes may follow.
    func digest() -> Digest
}
