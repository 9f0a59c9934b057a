import Core
import Tailing

/// A number of one receiver in the checkpoints; it stays the same while its name does.
package typealias ReceiverNumber = Int64

/// How far one receiver has one stream; only acknowledgements move it.
package struct CursorRecord: Hashable, Sendable {
    package var receiver: ReceiverNumber
    package var stream: StreamNumber
    /// What the receiver calls the stream; nil until it was opened there.
    package var remote: StreamID?
    /// Everything before it is durable at the receiver.
    package var acked: ReadPosition
    /// The revision of the stream that the receiver was told of.
    package var told: Int64
    /// Whether the receiver confirmed length and digest of all that is acknowledged.
    package var isVerified: Bool
    /// Whether both sides have left it out of the position digest.
    package var isClosed: Bool
    /// Whether the receiver lacks bytes or news of the stream.
    package var isDue: Bool
}
