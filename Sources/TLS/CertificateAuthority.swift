import COpenSSL
import Core

/// The receiver's own authority: it signs the receiver's certificate and those of its agents.
///
/// What it issues follows RFC 5280 strictly: version 3, random serial numbers of 127 bits, key identifiers,
/// key usage and names. Validity begins an hour early, for clocks that are behind.
package struct CertificateAuthority: Sendable {
    /// What it is believed by; its fingerprint stands in join tokens.
    package let certificate: Certificate
    /// What it signs with.
    package let key: PrivateKey

    /// - Throws: `.badInput` when the key does not belong to the certificate, or that may not issue others.
    package init(certificate: Certificate, key: PrivateKey) throws(TLSError) {
        guard certificate.matches(key) else {
            throw TLSError(.badInput, "the key does not belong to the authority's certificate")
        }
        guard certificate.isAuthority else {
            throw TLSError(
                .badInput,
                "the certificate \(certificate.subject) is not one of an authority",
                remedy: "give one with the basic constraint CA:TRUE"
            )
        }
        self.certificate = certificate
        self.key = key
    }

    /// As it stands in two PEM files.
    package init(certificatePEM: [UInt8], keyPEM: [UInt8]) throws(TLSError) {
        let certificates = try Certificate.list(pem: certificatePEM)
        try self.init(certificate: certificates[0], key: try PrivateKey(pem: keyPEM))
    }

    /// A new authority with a key of its own.
    ///
    /// - Parameters:
    ///   - name: for people; cut to 64 characters.
    ///   - now: the present.
    ///   - validity: how long from now it issues and is believed.
    /// - Throws: `.internal` when OpenSSL fails.
    /// - Returns: the authority.
    package static func create(
        name: String,
        now: WallTime,
        validity: Duration
    ) throws(TLSError) -> CertificateAuthority {
        let key = try PrivateKey.generate()
        let certificate = try CertificateBuilder.build(
            CertificateBuilder.Content(
                name: name,
                key: key.handle,
                notBefore: now + headStart,
                notAfter: now + validity,
                extensions: [
                    (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
                    (NID_key_usage, "critical,keyCertSign,cRLSign"),
                ],
                names: []
            ),
            issuer: nil,
            signingKey: key
        )
        return try CertificateAuthority(certificate: certificate, key: key)
    }

    /// Issues a receiver's certificate.
    ///
    /// - Parameters:
    ///   - key: the receiver's key.
    ///   - hostNames: what it is called by; the first one is its common name.
    ///   - addresses: IP addresses as text.
    ///   - now: the present.
    ///   - validity: how long from now, at most until the authority ends.
    /// - Throws: `.badInput` for an address that is none.
    /// - Returns: the certificate.
    package func issueServer(
        key: PrivateKey,
        hostNames: [String],
        addresses: [String] = [],
        now: WallTime,
        validity: Duration
    ) throws(TLSError) -> Certificate {
        try CertificateBuilder.build(
            CertificateBuilder.Content(
                name: hostNames.first ?? addresses.first ?? "tailship-receiver",
                key: key.handle,
                notBefore: now + CertificateAuthority.headStart,
                notAfter: end(now, validity),
                extensions: CertificateAuthority.leaf(usage: "serverAuth"),
                names: hostNames.map { (GEN_DNS, $0) } + addresses.map { (GEN_IPADD, $0) }
            ),
            issuer: certificate,
            signingKey: self.key
        )
    }

    /// Issues an agent's certificate, also to renew one.
    ///
    /// - Parameters:
    ///   - request: the key that is certified; the name in it does not count.
    ///   - agent: who it is for.
    ///   - name: for people, `user@host`; cut to 64 characters.
    ///   - now: the present.
    ///   - validity: how long from now, at most until the authority ends.
    /// - Throws: `.internal` when OpenSSL fails.
    /// - Returns: the certificate.
    package func issueAgent(
        _ request: CertificateRequest,
        agent: AgentID,
        name: String,
        now: WallTime,
        validity: Duration
    ) throws(TLSError) -> Certificate {
        try CertificateBuilder.build(
            CertificateBuilder.Content(
                name: name,
                key: X509_REQ_get0_pubkey(request.handle),
                notBefore: now + CertificateAuthority.headStart,
                notAfter: end(now, validity),
                extensions: CertificateAuthority.leaf(usage: "clientAuth"),
                names: [(GEN_URI, Certificate.agentPrefix + agent.description)]
            ),
            issuer: certificate,
            signingKey: key
        )
    }

    private func end(_ now: WallTime, _ validity: Duration) -> WallTime {
        min(now + validity, certificate.notAfter)
    }

    private static func leaf(usage: String) -> [(nid: Int32, value: String)] {
        [
            (NID_basic_constraints, "critical,CA:FALSE"),
            (NID_key_usage, "critical,digitalSignature"), (NID_ext_key_usage, usage),
        ]
    }

    private static let headStart: Duration = .seconds(-3600)
}
