import COpenSSL
import Core

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
            if reason > SSL_AD_REASON_OFFSET {
                return refusal(byAlert: reason - SSL_AD_REASON_OFFSET)
            }
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
    var other: String { role == .client ? "receiver" : "agent" }

    var enrol: String { "enrol the agent again: tailship-agent join HOST TOKEN" }

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

    var version: TLSError {
        TLSError(
            .versionUnsupported,
            "the \(other) does not speak TLS 1.3",
            remedy: "update it, or look for a proxy in between that ends TLS",
            cause: cause
        )
    }
}
