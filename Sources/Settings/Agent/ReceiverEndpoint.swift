import Core

/// `[receiver.NAME]` of the agent: where to ship to, and what.
package struct ReceiverEndpoint: Sendable, Hashable {
    package let name: String
    package var address = HostPort(host: "", port: HostPort.defaultPort)
    /// Whether files are held until this receiver has verified them.
    package var hold = true
    /// The host name that the receiver's certificate must have; nil to rely on its authority alone.
    package var serverName: String?
    /// Bytes a second to this receiver; nil without limit.
    package var rateLimit: UInt64?
    package var connectTimeout = Duration.seconds(10)
    /// Certificates of one's own; nil for those that `join` put into the state folder.
    package var certificates: CertificatePaths? {
        CertificatePaths(certificate: certificate, key: key, authority: authority)
    }
    package var sources: SourceSelection {
        if !only.isEmpty { return .only(only) }
        return except.isEmpty ? .all : .except(except)
    }

    var certificate: BytePath?
    var key: BytePath?
    var authority: BytePath?
    var only: [String] = []
    var except: [String] = []

    /// A receiver with every default; its address must still be set.
    package init(name: String) { self.name = name }
}
