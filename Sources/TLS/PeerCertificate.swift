import Core

/// What a verified certificate says of the other side.
package struct PeerCertificate: Sendable, Hashable {
    /// Whose it is; nil for a certificate that names nobody (`Certificate.agentID`).
    package let agentID: AgentID?
    /// The serial number in lowercase hexadecimal digits, which revocation goes by.
    package let serial: String
    /// The SHA-256 of the certificate in DER.
    package let fingerprint: Digest
    /// When it ceases to be valid.
    package let notAfter: WallTime
    /// Whether it had expired when the session began; only renewal may be granted then.
    package let isExpired: Bool
    /// For people: as RFC 2253 writes it.
    package let subject: String

    init(_ certificate: Certificate, now: WallTime) {
        agentID = certificate.agentID
        serial = certificate.serial
        fingerprint = certificate.fingerprint
        notAfter = certificate.notAfter
        // To the second and including the last one, as OpenSSL judges.
        isExpired = certificate.notAfter.seconds <= now.seconds
        subject = certificate.subject
    }
}
