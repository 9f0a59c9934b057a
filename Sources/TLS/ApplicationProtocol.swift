/// A protocol above TLS, as ALPN names it, and whether its clients prove who they are.
package struct ApplicationProtocol: Sendable, Hashable {
    /// The name on the wire, 1 to 255 bytes.
    package let name: String
    /// Whether a server asks for the client's certificate and goes on with a valid one only.
    package let requiresClientCertificate: Bool

    package init(name: String, requiresClientCertificate: Bool) {
        self.name = name
        self.requiresClientCertificate = requiresClientCertificate
    }

    /// Shipping, both sides authenticated.
    package static let shipping = ApplicationProtocol(
        name: "tailship/1",
        requiresClientCertificate: true
    )
    /// Enrolment; whoever connects is nobody yet.
    package static let joining = ApplicationProtocol(
        name: "tailship-join/1",
        requiresClientCertificate: false
    )
}
