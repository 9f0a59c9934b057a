/// Why the receiver let the bytes of a stream go; the numbers stand in its journal and manifest.
package enum LetGoReason: UInt8, Sendable, Hashable {
    /// They were kept for long enough: a file that is written to later begins its next generation.
    case released = 1
    /// They were erased: nothing is ever taken of this generation again.
    case erased = 2
}
