import Core

/// What one receiver lacks.
package struct ReceiverTotals: Hashable, Sendable {
    /// Streams that it lacks bytes or news of.
    package var streams: Int
    /// Bytes seen and not acknowledged.
    package var bytes: UInt64
    /// The last activity of the longest waiting of them; nil when nothing waits.
    package var oldest: WallTime?
    /// Streams of which bytes were lost before it had them, and how many bytes.
    package var gaps: Int
    package var gapBytes: UInt64
}
