import Core

/// An error type that can stand for a failure of TLS, so that a session throws its caller's type.
package protocol ExpressibleByTLSError: Error {
    init(_ error: TLSError)
}

extension TLSError: ExpressibleByTLSError {
    /// The failure itself.
    package init(_ error: TLSError) { self = error }
}

extension OperatorError: ExpressibleByTLSError {
    /// The failure for its reader.
    package init(_ error: TLSError) {
        let isNetwork =
            switch error.code {
            case .protocolMismatch, .plainText, .versionUnsupported, .tampered, .refused: true
            default: false
            }
        self.init(
            isNetwork ? .network : .certificate,
            error.message,
            remedy: error.remedy,
            cause: error.cause
        )
    }
}
