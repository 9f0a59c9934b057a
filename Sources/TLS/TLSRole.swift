/// Which end of a connection this is.
package enum TLSRole: Sendable, Hashable {
    /// The agent: it connects.
    case client
    /// The receiver: it is connected to.
    case server
}
