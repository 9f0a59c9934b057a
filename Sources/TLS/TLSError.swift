/// Why a connection's encryption or a certificate failed, in one line, and what to do.
package struct TLSError: Error, Sendable, Equatable {
    /// What kind of failure it is, for programs; the names are stable.
    package enum Code: String, Sendable {
        /// A certificate's time is over (of an agent: longer than renewal is allowed).
        case certificateExpired = "certificate-expired"
        /// A certificate's time has not come; mostly a clock is wrong.
        case certificateNotYetValid = "certificate-not-yet-valid"
        /// A certificate of an authority that is not trusted.
        case unknownAuthority = "unknown-authority"
        /// A certificate that its authority took back.
        case certificateRevoked = "certificate-revoked"
        /// A certificate was asked for and none came.
        case certificateRequired = "certificate-required"
        /// A certificate that is wrong in another way: damaged, or made for another purpose.
        case certificateInvalid = "certificate-invalid"
        /// The certificate is for other host names.
        case hostNameMismatch = "host-name-mismatch"
        /// The pinned authority is not in the other side's chain.
        case fingerprintMismatch = "fingerprint-mismatch"
        /// Both sides speak TLS, but no common protocol above it.
        case protocolMismatch = "protocol-mismatch"
        /// The other side does not speak TLS.
        case plainText = "plain-text"
        /// The other side speaks no version of TLS that is allowed.
        case versionUnsupported = "version-unsupported"
        /// The bytes were changed on the way.
        case tampered
        /// The other side gave up for a reason of its own.
        case refused
        /// A call that fits the session's state not at all; a mistake in the program.
        case misuse
        /// A key, certificate, request or token that cannot be used.
        case badInput = "bad-input"
        /// OpenSSL failed in a way not foreseen.
        case `internal`
    }

    /// What kind of failure it is.
    package let code: Code
    /// What went wrong, one line.
    package let message: String
    /// What the reader can do; nil when there is nothing to do.
    package let remedy: String?
    /// OpenSSL's words; nil where they say nothing more.
    package let cause: String?

    package init(_ code: Code, _ message: String, remedy: String? = nil, cause: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }

    /// What could not be done, with the last error that OpenSSL left.
    static func failed(_ code: Code, _ message: String, remedy: String? = nil) -> TLSError {
        TLSError(code, message, remedy: remedy, cause: OpenSSL.takeWords())
    }
}

extension TLSError: CustomStringConvertible {
    /// One line: message, cause, remedy.
    package var description: String {
        message + (cause.map { " (\($0))" } ?? "") + (remedy.map { "; \($0)" } ?? "")
    }
}
