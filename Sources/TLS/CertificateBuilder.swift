import COpenSSL
import Core

/// Makes and signs certificates.
enum CertificateBuilder {
    /// What is certified.
    struct Content {
        var name: String
        /// The public key.
        var key: OpaquePointer?
        var notBefore: WallTime
        var notAfter: WallTime
        /// In the text form of x509v3_config(5); fixed text of this program only.
        var extensions: [(nid: Int32, value: String)]
        /// Alternative names: GEN_DNS, GEN_URI or GEN_IPADD with its text.
        var names: [(kind: Int32, text: String)]
    }

    /// The signed certificate; `issuer` is nil for one that signs itself.
    static func build(
        _ content: Content,
        issuer: Certificate?,
        signingKey: PrivateKey
    ) throws(TLSError) -> Certificate {
        OpenSSL.start()
        OpenSSL.forgetErrors()
        guard let handle = X509_new() else {
            throw TLSError.failed(.internal, "no certificate could be made")
        }
        let certificate = Certificate(handle: handle)
        let isFilled =
            X509_set_version(handle, Int(X509_VERSION_3)) == 1
            && setSerial(handle)
            && ASN1_TIME_set(X509_getm_notBefore(handle), Int(content.notBefore.seconds)) != nil
            && ASN1_TIME_set(X509_getm_notAfter(handle), Int(content.notAfter.seconds)) != nil
            && DistinguishedName.set(content.name, on: X509_get_subject_name(handle))
            && X509_set_issuer_name(handle, X509_get_subject_name(issuer?.handle ?? handle)) == 1
            && X509_set_pubkey(handle, content.key) == 1
        guard isFilled else { throw TLSError.failed(.internal, "no certificate could be made") }
        try addExtensions(content, to: handle, issuer: issuer?.handle ?? handle)
        guard X509_sign(handle, signingKey.handle, digest(for: signingKey)) > 0 else {
            throw TLSError.failed(.internal, "the certificate could not be signed")
        }
        return certificate
    }

    private static func addExtensions(
        _ content: Content,
        to handle: OpaquePointer,
        issuer: OpaquePointer
    ) throws(TLSError) {
        // An issuer of one's own without a key identifier cannot be named by it.
        let hasIdentifier = X509_get_ext_by_NID(issuer, NID_subject_key_identifier, -1) >= 0
        var extensions = content.extensions + [(NID_subject_key_identifier, "hash")]
        if issuer == handle || hasIdentifier {
            extensions.append((NID_authority_key_identifier, "keyid"))
        }
        for (nid, value) in extensions {
            guard tailship_add_extension(handle, issuer, nid, value) == 1 else {
                throw TLSError.failed(.internal, "no certificate could be made")
            }
        }
        guard !content.names.isEmpty else { return }
        let names = GENERAL_NAMES_new()
        defer { GENERAL_NAMES_free(names) }
        for (kind, text) in content.names {
            guard isUsable(text), tailship_add_name(names, kind, text) == 1 else {
                throw TLSError(
                    .badInput,
                    "\"\(BytePath(text))\" is no name or address for a certificate",
                    remedy: "use host names in ASCII (IDNA for others) and plain IP addresses"
                )
            }
        }
        guard tailship_add_names(handle, names) == 1 else {
            throw TLSError.failed(.internal, "no certificate could be made")
        }
    }

    /// Whether a name is printable ASCII without spaces; what C would cut or X.509 not allow is refused.
    private static func isUsable(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }

    /// 127 random bits: positive, and never twice in practice.
    private static func setSerial(_ handle: OpaquePointer) -> Bool {
        var bytes = Secret.random(16)
        bytes[0] &= 0x7f
        guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else { return false }
        defer { BN_free(number) }
        return BN_to_ASN1_INTEGER(number, X509_get_serialNumber(handle)) != nil
    }

    /// Ed25519 and Ed448 sign without a digest chosen by the caller.
    private static func digest(for key: PrivateKey) -> OpaquePointer? {
        let kind = EVP_PKEY_get_base_id(key.handle)
        return kind == EVP_PKEY_ED25519 || kind == EVP_PKEY_ED448 ? nil : EVP_sha256()
    }
}
