import COpenSSL
internal import Core

/// Turns what is known of a session that failed into one line that says why, and what to do.
struct TLSDiagnosis {
    let role: TLSRole
    let now: WallTime
    let isEstablished: Bool
    let hostName: String?
    /// The first bytes that came.
    let opening: [UInt8]
    let isProtocolMissing: Bool
    let finding: TLSVerification.Finding?
    /// OpenSSL's errors, the first one first.
    let errors: [UInt]

    /// The number of first bytes that tell what is spoken.
    static let openingSize = 8

    var error: TLSError {
        if let other = plainText { return other }
        if isProtocolMissing { return TLSDiagnosis.protocolMismatch(role, cause: nil) }
        if let finding { return refusal(of: finding) }
        for code in errors where tailship_library(code) == ERR_LIB_SSL {
            let reason = tailship_reason(code)
            // An alert of the other side is its number plus 1000.
            if reason > SSL_AD_REASON_OFFSET { return alert(reason - SSL_AD_REASON_OFFSET) }
            if let known = known(reason) { return known }
        }
        return TLSError(
            isEstablished ? .tampered : .internal,
            isEstablished
                ? "the connection with the \(other) is broken: its bytes make no sense"
                : "the TLS handshake with the \(other) failed",
            cause: cause
        )
    }

    /// The other side, by its part.
    private var other: String { role == .client ? "receiver" : "agent" }

    private var cause: String? { errors.first.map { OpenSSL.words(for: $0) } }

    static let certificateMissing = TLSError(
        .certificateRequired,
        "the agent showed no certificate",
        remedy: "enrol it: tailship-agent join HOST TOKEN"
    )

    static func protocolMismatch(_ role: TLSRole, cause: String?) -> TLSError {
        switch role {
        case .client:
            TLSError(
                .protocolMismatch,
                "the other side speaks TLS, but is no receiver that fits",
                remedy: "check address and port, and that agent and receiver have like versions",
                cause: cause
            )
        case .server:
            TLSError(
                .protocolMismatch,
                "the client speaks TLS, but is no agent that fits",
                remedy: "only agents connect to this port (the page has another one); "
                    + "an agent may need another version",
                cause: cause
            )
        }
    }

    // MARK: What is not TLS

    /// TLS begins with a handshake record (22) or, when it is refused, an alert (21).
    private var plainText: TLSError? {
        guard !isEstablished, let first = opening.first, first != 22, first != 21 else {
            return nil
        }
        let text = String(decoding: opening, as: UTF8.self)
        let spoken =
            if text.hasPrefix("HTTP/") || isRequest(text) {
                "plain HTTP"
            } else if text.hasPrefix("SSH-") {
                "SSH"
            } else {
                "something else (it begins with \(BytePath(opening)))"
            }
        return TLSError(
            .plainText,
            "the other side does not speak TLS but \(spoken)",
            remedy: role == .client
                ? "check address and port: the receiver's port for agents is needed (7625), "
                    + "not its page or another server"
                : "only agents connect to this port, with TLS; the page has another port"
        )
    }

    private func isRequest(_ text: String) -> Bool {
        ["GET ", "HEAD ", "POST ", "PUT ", "OPTIONS ", "CONNECT ", "DELETE ", "PRI * "]
            .contains { text.hasPrefix($0) }
    }

    // MARK: What this side refused

    private func refusal(of finding: TLSVerification.Finding) -> TLSError {
        let whose = "the \(other)'s certificate (\(finding.subject))"
        let today = "it is \(CalendarDate.text(now)) here"
        switch finding.code {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return TLSError(
                .certificateExpired,
                "\(whose) expired on \(CalendarDate.text(finding.notAfter)) (\(today))",
                remedy: role == .client
                    ? "renew it on the receiver; if the date here is wrong, set the clock"
                    : "enrol the agent again (a certificate can be renewed for 90 days); "
                        + "if the date here is wrong, set the clock"
            )
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return TLSError(
                .certificateNotYetValid,
                "\(whose) is not valid before \(CalendarDate.text(finding.notBefore)) (\(today))",
                remedy: "set the clock of this machine, or of the one that issued it"
            )
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            return TLSError(
                .hostNameMismatch,
                "\(whose) is not for \(hostName ?? "this host")",
                remedy: "use a name that stands in it, or issue it for this one too"
            )
        case X509_V_ERR_CERT_REVOKED:
            return TLSError(.certificateRevoked, "\(whose) was revoked", remedy: enrol)
        case X509_V_ERR_CERT_UNTRUSTED where role == .client:
            return TLSError(
                .fingerprintMismatch,
                "the other side is not the receiver that made the token",
                remedy: "check the address, or get a new token: tailship-receiver token"
            )
        case X509_V_ERR_INVALID_PURPOSE:
            return TLSError(
                .certificateInvalid,
                "\(whose) is not made for this purpose",
                remedy: "it needs the extended key usage "
                    + (role == .client ? "serverAuth" : "clientAuth")
            )
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE,
            X509_V_ERR_AKID_SKID_MISMATCH, X509_V_ERR_CERT_UNTRUSTED:
            return TLSError(
                .unknownAuthority,
                "\(whose) is of an authority that is not trusted here",
                remedy: role == .client
                    ? "check the address; if the receiver was set up anew, \(enrol)" : enrol,
                cause: words(finding.code)
            )
        default:
            return TLSError(
                .certificateInvalid,
                "\(whose) is not valid",
                cause: words(finding.code)
            )
        }
    }

    private var enrol: String { "enrol the agent again: tailship-agent join HOST TOKEN" }

    private func words(_ code: Int32) -> String? {
        X509_verify_cert_error_string(Int(code)).map { String(cString: $0) }
    }

    private func known(_ reason: Int32) -> TLSError? {
        switch reason {
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: TLSDiagnosis.certificateMissing
        case SSL_R_NO_APPLICATION_PROTOCOL: TLSDiagnosis.protocolMismatch(role, cause: nil)
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_UNKNOWN_PROTOCOL:
            version
        case SSL_R_WRONG_VERSION_NUMBER where !isEstablished: version
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST:
            TLSError(.plainText, "the other side speaks plain HTTP")
        case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC, SSL_R_BAD_RECORD_TYPE,
            SSL_R_BAD_SIGNATURE, SSL_R_DIGEST_CHECK_FAILED:
            TLSError(
                .tampered,
                "bytes of the \(other) were changed on the way",
                remedy: "look for a proxy or a broken network between the two",
                cause: cause
            )
        default: nil
        }
    }

    private var version: TLSError {
        TLSError(
            .versionUnsupported,
            "the \(other) does not speak TLS 1.3",
            remedy: "update it, or look for a proxy in between that ends TLS",
            cause: cause
        )
    }

    // MARK: What the other side refused

    private func alert(_ number: Int32) -> TLSError {
        let mine = role == .client ? "this agent's" : "this receiver's"
        let words = SSL_alert_desc_string_long(number).map { String(cString: $0) } ?? "\(number)"
        func refused(_ code: TLSError.Code, _ why: String, _ remedy: String) -> TLSError {
            TLSError(
                code,
                "the \(other) refused \(mine) certificate: \(why)",
                remedy: remedy,
                cause: "alert \(words)"
            )
        }
        switch number {
        case SSL_AD_CERTIFICATE_EXPIRED:
            return refused(
                .certificateExpired,
                "it has expired, or a clock is wrong",
                role == .client ? enrol : "renew it; check the clock of the agent"
            )
        case SSL_AD_UNKNOWN_CA:
            return refused(.unknownAuthority, "it does not know the authority", enrol)
        case SSL_AD_CERTIFICATE_REVOKED:
            return refused(.certificateRevoked, "it was revoked", enrol)
        case SSL_AD_CERTIFICATE_REQUIRED:
            return refused(.certificateRequired, "there was none", enrol)
        case SSL_AD_BAD_CERTIFICATE, SSL_AD_UNSUPPORTED_CERTIFICATE, SSL_AD_CERTIFICATE_UNKNOWN,
            SSL_AD_ACCESS_DENIED, SSL_AD_DECRYPT_ERROR:
            return refused(
                .certificateInvalid,
                words,
                "check both clocks; \(enrol)"
            )
        case SSL_AD_NO_APPLICATION_PROTOCOL:
            return TLSDiagnosis.protocolMismatch(role, cause: "alert \(words)")
        case SSL_AD_PROTOCOL_VERSION: return version
        case SSL_AD_BAD_RECORD_MAC:
            return TLSError(
                .tampered,
                "bytes to the \(other) were changed on the way",
                remedy: "look for a proxy or a broken network between the two",
                cause: "alert \(words)"
            )
        default:
            return TLSError(.refused, "the \(other) gave up", cause: "alert \(words)")
        }
    }
}
