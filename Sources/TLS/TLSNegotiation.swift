import COpenSSL

/// OpenSSL's questions to a server while a client says which protocol it wants.
enum TLSNegotiation {
    /// Refuses a client that names no protocol at all: the next question would not come for it.
    static let requireProtocol: SSL_client_hello_cb_fn = { ssl, alert, _ in
        var bytes: UnsafePointer<UInt8>?
        var count = 0
        let extensionType = UInt32(TLSEXT_TYPE_application_layer_protocol_negotiation)
        if SSL_client_hello_get0_ext(ssl, extensionType, &bytes, &count) == 1 {
            return SSL_CLIENT_HELLO_SUCCESS
        }
        TLSSession.from(ssl)?.isProtocolMissing = true
        alert?.pointee = SSL_AD_NO_APPLICATION_PROTOCOL
        return SSL_CLIENT_HELLO_ERROR
    }

    /// Chooses the first own protocol that the client names, and whether it must show a certificate.
    static let selectProtocol: SSL_CTX_alpn_select_cb_func = {
        ssl,
        chosen,
        chosenCount,
        offered,
        offeredCount,
        argument in
        guard let context = TLSContext.from(argument), let offered else {
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }
        let list = UnsafeBufferPointer(start: offered, count: Int(offeredCount))
        for candidate in context.protocols {
            guard let name = find(candidate.name, in: list) else { continue }
            chosen?.pointee = name.baseAddress
            chosenCount?.pointee = UInt8(name.count)
            if !candidate.requiresClientCertificate {
                // Not asked for, so that nobody can be taken for somebody on such a connection.
                SSL_set_verify(ssl, SSL_VERIFY_NONE, nil)
            }
            return SSL_TLSEXT_ERR_OK
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }

    /// The place of `name` in a list of names, each after a byte with its length.
    private static func find(
        _ name: String,
        in list: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8>? {
        var start = 0
        while start < list.count {
            let end = start + 1 + Int(list[start])
            guard end <= list.count else { return nil }
            let candidate = UnsafeBufferPointer(rebasing: list[(start + 1)..<end])
            if candidate.elementsEqual(name.utf8) { return candidate }
            start = end
        }
        return nil
    }
}

/// The type of an ALPN callback, which OpenSSL's header names by a typedef of a function.
typealias SSL_CTX_alpn_select_cb_func =
    @convention(c) (
        OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
        UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
    ) -> Int32
