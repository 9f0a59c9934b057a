/// How far a consumer is: everything up to `rev` of the catalog's life `epoch` was delivered.
package struct Cursor: Hashable, Sendable, CustomStringConvertible {
    /// Which life of the catalog; a cursor of another one says nothing about this.
    package var epoch: UInt64
    /// The greatest `rev` that was delivered; 0 before the first.
    package var rev: Int64

    package init(epoch: UInt64, rev: Int64) {
        self.epoch = epoch
        self.rev = rev
    }

    package var description: String { "\(String(epoch, radix: 16))/\(rev)" }
}
