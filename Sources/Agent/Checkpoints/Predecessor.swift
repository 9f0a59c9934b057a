import Core
import Tailing

/// What stands before a stream at one receiver.
package enum Predecessor: Hashable, Sendable {
    /// It begins a file.
    case none
    /// It is the next generation of this one's file.
    case opened(StreamID)
    /// This stream comes before it, was never opened at the receiver, and still can be.
    case mustOpenFirst(StreamNumber)
}
