import Core

/// Certificates of one's own, instead of those that enrolment or the first start makes: PEM files.
package struct CertificatePaths: Sendable, Hashable {
    /// The certificate that is shown to the other side, with its chain.
    package let certificate: BytePath
    /// The private key of the certificate.
    package let key: BytePath
    /// The authorities that the other side's certificate must come from.
    package let authority: BytePath

    /// - Returns: nil unless all three are given.
    init?(certificate: BytePath?, key: BytePath?, authority: BytePath?) {
        guard let certificate, let key, let authority else { return nil }
        self.certificate = certificate
        self.key = key
        self.authority = authority
    }

    /// The keys of a section by which the three are set.
    static let keys = ["certificate", "key", "authority"]
}
