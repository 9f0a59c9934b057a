import COpenSSL
import Core

/// An X.509 certificate.
package final class Certificate: Sendable {
    // Safe: the certificate is never changed after `init`, OpenSSL counts its references atomically and
    // locks the caches inside it, and only `deinit`, when nobody else can hold it, frees it.
    nonisolated(unsafe) let handle: OpaquePointer

    /// Takes over the reference.
    init(handle: OpaquePointer) { self.handle = handle }

    deinit { X509_free(handle) }

    /// Reads a certificate in DER.
    package convenience init(der: [UInt8]) throws(TLSError) {
        OpenSSL.start()
        OpenSSL.forgetErrors()
        let handle = DER.decode(der, { d2i_X509(nil, $0, $1) }, free: { X509_free($0) })
        guard let handle else { throw TLSError.failed(.badInput, "this is no certificate in DER") }
        self.init(handle: handle)
    }

    /// Reads the certificates of a PEM file in their order; what else stands in it is passed over.
    ///
    /// - Throws: `.badInput` when there is none or one is damaged.
    package static func list(pem: [UInt8]) throws(TLSError) -> [Certificate] {
        OpenSSL.start()
        OpenSSL.forgetErrors()
        let found =
            MemoryBIO.reading(pem) { bio -> [Certificate]? in
                var found: [Certificate] = []
                while let handle = PEM_read_bio_X509(bio, nil, MemoryBIO.noPassword, nil) {
                    found.append(Certificate(handle: handle))
                }
                return found
            } ?? []
        let errors = OpenSSL.takeErrors()
        let isEnd = errors.last.map { tailship_reason($0) == PEM_R_NO_START_LINE } ?? true
        guard isEnd else {
            throw TLSError(
                .badInput,
                "certificate \(found.count + 1) of the PEM file is damaged",
                cause: errors.first.map { OpenSSL.words(for: $0) }
            )
        }
        guard !found.isEmpty else {
            throw TLSError(.badInput, "there is no certificate in the PEM file")
        }
        return found
    }

    /// The certificate in PEM.
    package var pem: [UInt8] { MemoryBIO.writing { PEM_write_bio_X509($0, handle) == 1 } }

    /// The certificate in DER.
    package var der: [UInt8] { DER.encode { i2d_X509(handle, $0) } }

    /// The SHA-256 of the DER form.
    package var fingerprint: Digest { SHA256.digest(of: der) }

    /// The SHA-256 of the public key (SubjectPublicKeyInfo in DER): the same for a renewed certificate.
    package var publicKeyDigest: Digest {
        SHA256.digest(of: DER.encode { i2d_X509_PUBKEY(X509_get_X509_PUBKEY(handle), $0) })
    }

    /// When the certificate begins to be valid.
    package var notBefore: WallTime {
        WallTime(certificateSeconds: tailship_seconds(X509_get0_notBefore(handle)))
    }

    /// When the certificate ceases to be valid.
    package var notAfter: WallTime {
        WallTime(certificateSeconds: tailship_seconds(X509_get0_notAfter(handle)))
    }

    /// The serial number, in lowercase hexadecimal digits.
    package var serial: String {
        guard let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(handle), nil) else {
            return ""
        }
        defer { BN_free(number) }
        let count = Int(BN_num_bits(number) + 7) / 8
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = Int(BN_bn2bin(number, buffer.baseAddress))
        }
        return Hex.encode(bytes)
    }

    /// The subject as RFC 2253 writes it, control characters escaped, at most 256 characters.
    package var subject: String { DistinguishedName.text(X509_get_subject_name(handle)) }

    /// The subject's common name; empty when it has none.
    package var commonName: String { DistinguishedName.commonName(X509_get_subject_name(handle)) }

    /// Whose certificate it is: the id in the one name `urn:tailship:agent:<32 hexadecimal digits>`.
    ///
    /// A certificate without that name (of somebody's own authority) gets the first 16 bytes of the SHA-256
    /// of its subject in DER, so it keeps its id when it is renewed; without a subject either, nil.
    package var agentID: AgentID? {
        let digits = 32
        let suffix = [CChar](unsafeUninitializedCapacity: digits) { buffer, initialized in
            let found = tailship_uri_suffix(
                handle,
                Certificate.agentPrefix,
                buffer.baseAddress,
                digits
            )
            initialized = found == 1 ? digits : 0
        }
        if !suffix.isEmpty {
            return AgentID(String(decoding: suffix.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        let name = X509_get_subject_name(handle)
        guard X509_NAME_entry_count(name) > 0 else { return nil }
        let digest = SHA256.digest(of: DER.encode { i2d_X509_NAME(name, $0) }).bytes
        return AgentID(high: Hex.bigEndian(digest[0..<8]), low: Hex.bigEndian(digest[8..<16]))
    }

    /// Whether the certificate may issue others.
    package var isAuthority: Bool { X509_check_ca(handle) == 1 }

    /// What an agent's id follows in its certificate's URI.
    static let agentPrefix = "urn:tailship:agent:"

    /// Whether the key belongs to the certificate.
    func matches(_ key: PrivateKey) -> Bool {
        defer { OpenSSL.forgetErrors() }
        return X509_check_private_key(handle, key.handle) == 1
    }
}

extension WallTime {
    /// - Parameter seconds: since 1970; beyond what `WallTime` holds (year 2262) it stays at the end.
    init(certificateSeconds seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self.init(nanoseconds: overflow ? (seconds < 0 ? .min : .max) : product)
    }
}
