import COpenSSL
import Core

/// OpenSSL's questions about the other side's certificate.
enum TLSVerification {
    /// What was wrong with a certificate, for the error's text.
    struct Finding {
        /// The number of an X509_V_ERR constant.
        var code: Int32
        var subject: String
        var notBefore: WallTime
        var notAfter: WallTime
    }

    /// Hears of each finding; excuses an agent's certificate that expired within the grace, nothing else.
    static let callback: SSL_verify_cb = { isValid, store in
        guard isValid == 0 else { return isValid }
        guard let store, let session = session(of: store) else { return 0 }
        let code = X509_STORE_CTX_get_error(store)
        guard let certificate = X509_STORE_CTX_get_current_cert(store),
            X509_up_ref(certificate) == 1
        else {
            session.finding = finding(code, in: session)
            return 0
        }
        let owned = Certificate(handle: certificate)
        let isExcused =
            session.role == .server && code == X509_V_ERR_CERT_HAS_EXPIRED
            && X509_STORE_CTX_get_error_depth(store) == 0
            && session.started - owned.notAfter <= session.expiredGrace
        if isExcused {
            X509_STORE_CTX_set_error(store, X509_V_OK)
            return 1
        }
        session.finding = Finding(
            code: code,
            subject: owned.subject,
            notBefore: owned.notBefore,
            notAfter: owned.notAfter
        )
        return 0
    }

    /// Verifies the server's chain up to the certificate that the context pins.
    static let pinned: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = {
        store,
        argument in
        guard let store, let digest = TLSContext.from(argument)?.pinned,
            let session = session(of: store)
        else { return 0 }
        X509_VERIFY_PARAM_set_flags(
            X509_STORE_CTX_get0_param(store),
            UInt(X509_V_FLAG_PARTIAL_CHAIN)
        )
        let result = tailship_pin(store, digest.bytes)
        if result < 0 { session.finding = finding(X509_V_ERR_CERT_UNTRUSTED, in: session) }
        return result == 1 ? 1 : 0
    }

    private static func session(of store: OpaquePointer) -> TLSSession? {
        let index = SSL_get_ex_data_X509_STORE_CTX_idx()
        return TLSSession.from(OpaquePointer(X509_STORE_CTX_get_ex_data(store, index)))
    }

    /// A finding about no certificate in particular.
    private static func finding(_ code: Int32, in session: TLSSession) -> Finding {
        Finding(code: code, subject: "", notBefore: session.started, notAfter: session.started)
    }
}
