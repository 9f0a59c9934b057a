/// A certificate with its key: what one side proves itself with.
package struct Identity: Sendable {
    /// The own certificate first, then those up to the authority, which the other side may need.
    package let certificates: [Certificate]
    package let key: PrivateKey

    /// - Throws: `.badInput` when there is no certificate or the key does not belong to the first one.
    package init(certificates: [Certificate], key: PrivateKey) throws(TLSError) {
        guard let leaf = certificates.first else {
            throw TLSError(.badInput, "there is no certificate")
        }
        guard leaf.matches(key) else {
            throw TLSError(
                .badInput,
                "the key does not belong to the certificate \(leaf.subject)",
                remedy: "give the key that the certificate was requested with"
            )
        }
        self.certificates = certificates
        self.key = key
    }

    /// As it stands in two PEM files.
    package init(certificatePEM: [UInt8], keyPEM: [UInt8]) throws(TLSError) {
        try self.init(
            certificates: try Certificate.list(pem: certificatePEM),
            key: try PrivateKey(pem: keyPEM)
        )
    }

    /// The own certificate.
    package var certificate: Certificate { certificates[0] }
}
