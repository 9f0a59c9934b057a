import COpenSSL

/// The library's start and its queue of errors.
enum OpenSSL {
    /// Starts the library; every entrance to it comes by here first.
    ///
    /// Without its configuration file, so that behaviour is the same everywhere and no file is read; and
    /// without its clean-up at exit, which would race with threads that still run then.
    static func start() { _ = isStarted }

    private static let isStarted: Bool =
        OPENSSL_init_ssl(
            UInt64(OPENSSL_INIT_NO_LOAD_CONFIG) | UInt64(OPENSSL_INIT_NO_ATEXIT),
            nil
        ) == 1

    /// Empties this thread's queue of errors, so that none is taken for that of another call.
    static func forgetErrors() { ERR_clear_error() }

    /// Takes all errors from this thread's queue, the oldest (the cause) first.
    static func takeErrors() -> [UInt] {
        var codes: [UInt] = []
        while true {
            let code = ERR_get_error()
            if code == 0 { return codes }
            codes.append(code)
        }
    }

    /// The library's words for an error.
    static func words(for code: UInt) -> String {
        ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
    }

    /// The last failed call's errors in the library's words; nil when it left none.
    static func takeWords() -> String? {
        takeErrors().first.map { words(for: $0) }
    }
}
