/// Files and bytes that are kept in the state folder.
package struct HeldTotals: Hashable, Sendable {
    /// Links to files whose own name is gone.
    package var files: Int
    package var bytes: UInt64
    /// Copies of files that are rewritten whole.
    package var copies: Int
    package var copiedBytes: UInt64
}
