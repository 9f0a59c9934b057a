import COpenSSL

extension TLSDiagnosis {
    /// Why the other side gave up, by the number of its alert (RFC 8446, section 6.2).
    func refusal(byAlert number: Int32) -> TLSError {
        let cause =
            "alert "
            + (SSL_alert_desc_string_long(number).map { String(cString: $0) } ?? "\(number)")
        switch number {
        case SSL_AD_NO_APPLICATION_PROTOCOL:
            return TLSDiagnosis.protocolMismatch(role, cause: cause)
        case SSL_AD_PROTOCOL_VERSION: return version
        case SSL_AD_BAD_RECORD_MAC:
            return TLSError(
                .tampered,
                "bytes to the \(other) were changed on the way",
                remedy: "look for a proxy or a broken network between the two",
                cause: cause
            )
        default: break
        }
        guard let (code, why, remedy) = certificateRefusal(number) else {
            return TLSError(
                .refused,
                "the \(other) gave up",
                remedy: "look into the log of the \(other)",
                cause: cause
            )
        }
        let mine = role == .client ? "this agent's" : "this receiver's"
        return TLSError(
            code,
            "the \(other) refused \(mine) certificate: \(why)",
            remedy: remedy,
            cause: cause
        )
    }

    private func certificateRefusal(
        _ number: Int32
    ) -> (code: TLSError.Code, why: String, remedy: String)? {
        switch number {
        case SSL_AD_CERTIFICATE_EXPIRED:
            let remedy = role == .client ? enrol : "renew it; check the clock of the agent"
            return (.certificateExpired, "it has expired, or a clock is wrong", remedy)
        case SSL_AD_UNKNOWN_CA: return (.unknownAuthority, "it does not know the authority", enrol)
        case SSL_AD_CERTIFICATE_REVOKED: return (.certificateRevoked, "it was revoked", enrol)
        case SSL_AD_CERTIFICATE_REQUIRED: return (.certificateRequired, "there was none", enrol)
        case SSL_AD_BAD_CERTIFICATE, SSL_AD_UNSUPPORTED_CERTIFICATE, SSL_AD_CERTIFICATE_UNKNOWN,
            SSL_AD_ACCESS_DENIED, SSL_AD_DECRYPT_ERROR:
            return (.certificateInvalid, "it is not valid there", "check both clocks; \(enrol)")
        default: return nil
        }
    }
}
