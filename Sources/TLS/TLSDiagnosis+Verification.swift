import COpenSSL
import Core

extension TLSDiagnosis {
    /// Why this side refused the other's certificate.
    func refusal(of finding: TLSVerification.Finding) -> TLSError {
        let whose = "the \(other)'s certificate (\(finding.subject))"
        switch finding.code {
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID:
            return refusal(ofTime: finding, whose)
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
            let usage = role == .client ? "serverAuth" : "clientAuth"
            return TLSError(
                .certificateInvalid,
                "\(whose) is not made for this purpose",
                remedy: "it needs the extended key usage \(usage)"
            )
        case _ where TLSDiagnosis.isOfUnknownAuthority(finding.code):
            let joinAgain = "check the address; if the receiver was set up anew, \(enrol)"
            return TLSError(
                .unknownAuthority,
                "\(whose) is of an authority that is not trusted here",
                remedy: role == .client ? joinAgain : enrol,
                cause: words(finding.code)
            )
        default:
            return TLSError(
                .certificateInvalid,
                "\(whose) is not valid",
                remedy: enrol,
                cause: words(finding.code)
            )
        }
    }

    private func refusal(
        ofTime finding: TLSVerification.Finding,
        _ whose: String
    ) -> TLSError {
        let today = "it is \(CalendarDate.text(now)) here"
        guard finding.code == X509_V_ERR_CERT_HAS_EXPIRED else {
            return TLSError(
                .certificateNotYetValid,
                "\(whose) is not valid before \(CalendarDate.text(finding.notBefore)) (\(today))",
                remedy: "set the clock of this machine, or of the one that issued it"
            )
        }
        let renew =
            role == .client
            ? "renew it on the receiver"
            : "enrol the agent again (a certificate can be renewed for 90 days)"
        return TLSError(
            .certificateExpired,
            "\(whose) expired on \(CalendarDate.text(finding.notAfter)) (\(today))",
            remedy: "\(renew); if the date here is wrong, set the clock"
        )
    }

    private static func isOfUnknownAuthority(_ code: Int32) -> Bool {
        [
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE,
            X509_V_ERR_AKID_SKID_MISMATCH, X509_V_ERR_CERT_UNTRUSTED,
        ].contains(code)
    }

    private func words(_ code: Int32) -> String? {
        X509_verify_cert_error_string(Int(code)).map { String(cString: $0) }
    }
}
