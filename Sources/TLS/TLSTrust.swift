import Core

/// Whom a client takes for its server.
package enum TLSTrust: Sendable {
    /// A server with a certificate of one of these authorities.
    case authority([Certificate])
    /// A server whose chain, as it sends it, holds the certificate with this SHA-256 fingerprint and is
    /// issued by it.
    case fingerprint(Digest)
    /// A server with a certificate of the machine's authorities; the host name is checked then.
    case system
}
