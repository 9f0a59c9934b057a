import COpenSSL
import Core

/// What all sessions of one kind share: identity, trust, protocols.
///
/// TLS 1.3 only, without session tickets, resumption or early data: nothing is remembered of a session that
/// is over.
package final class TLSContext: Sendable {
    /// Which end its sessions are.
    package let role: TLSRole
    /// Best first.
    let protocols: [ApplicationProtocol]
    /// The name that a client expects in the server's certificate.
    let hostName: String?
    /// Of the authority that a client pins.
    let pinned: Digest?
    /// How long after its end a server takes an agent's certificate for its renewal.
    let expiredGrace: Duration
    // Safe: the context is configured in `init` only, before another thread can see it. From then on threads
    // only make sessions of it, which OpenSSL allows for an SSL_CTX that nobody changes: its references are
    // counted atomically, its certificate store has a lock. The session cache, which changes, is off.
    nonisolated(unsafe) let handle: OpaquePointer

    /// The context of a receiver.
    ///
    /// - Parameters:
    ///   - identity: what it shows, the authority's certificate in the chain so that it can be pinned.
    ///   - authorities: whose clients it believes, where `protocols` asks for certificates.
    ///   - protocols: best first; a client that names none of them is refused.
    ///   - expiredGrace: how long an expired certificate of an agent still opens a connection, on which it
    ///     may only be renewed.
    /// - Throws: `.badInput` for an identity that OpenSSL does not take.
    /// - Returns: the context.
    package static func server(
        identity: Identity,
        trusting authorities: [Certificate],
        protocols: [ApplicationProtocol] = [.shipping, .joining],
        expiredGrace: Duration = .seconds(90 * 86_400)
    ) throws(TLSError) -> TLSContext {
        let context = try TLSContext(.server, identity, protocols, nil, nil, expiredGrace)
        try context.trust(authorities)
        context.installServerCallbacks()
        return context
    }

    /// The context of an agent.
    ///
    /// - Parameters:
    ///   - identity: what it shows when it is asked; nil while it is nobody.
    ///   - trust: whom it believes.
    ///   - protocols: best first.
    ///   - hostName: the name or IP address that the server's certificate must have; nil where any
    ///     certificate of the authority will do, as with an authority that signs receivers only.
    /// - Throws: `.badInput` for an identity that OpenSSL does not take, `.misuse` for the machine's
    ///   authorities without a host name.
    /// - Returns: the context.
    package static func client(
        identity: Identity?,
        trust: TLSTrust,
        protocols: [ApplicationProtocol] = [.shipping],
        hostName: String? = nil
    ) throws(TLSError) -> TLSContext {
        var pinned: Digest?
        if case .fingerprint(let digest) = trust { pinned = digest }
        let context = try TLSContext(.client, identity, protocols, hostName, pinned, .zero)
        switch trust {
        case .authority(let authorities): try context.trust(authorities)
        case .fingerprint:
            SSL_CTX_set_cert_verify_callback(
                context.handle,
                TLSVerification.pinned,
                context.unretained
            )
        case .system:
            guard hostName != nil else {
                throw TLSError(.misuse, "the machine's authorities need a host name to check")
            }
            SSL_CTX_set_default_verify_paths(context.handle)
        }
        SSL_CTX_set_verify(context.handle, SSL_VERIFY_PEER, TLSVerification.callback)
        try context.offerProtocols()
        return context
    }

    deinit { SSL_CTX_free(handle) }

    private init(
        _ role: TLSRole,
        _ identity: Identity?,
        _ protocols: [ApplicationProtocol],
        _ hostName: String?,
        _ pinned: Digest?,
        _ expiredGrace: Duration
    ) throws(TLSError) {
        OpenSSL.start()
        OpenSSL.forgetErrors()
        guard protocols.allSatisfy({ (1...255).contains($0.name.utf8.count) }), !protocols.isEmpty
        else { throw TLSError(.misuse, "a protocol's name has 1 to 255 bytes") }
        let method = role == .server ? TLS_server_method() : TLS_client_method()
        guard let handle = SSL_CTX_new(method) else {
            throw TLSError.failed(.internal, "TLS could not be started")
        }
        self.role = role
        self.protocols = protocols
        self.hostName = hostName
        self.pinned = pinned
        self.expiredGrace = expiredGrace
        self.handle = handle
        try configure()
        if let identity { try use(identity) }
    }

    /// Itself for OpenSSL's callbacks: sessions keep the context alive, callbacks run inside of them only.
    private var unretained: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static func from(_ pointer: UnsafeMutableRawPointer?) -> TLSContext? {
        pointer.map { Unmanaged<TLSContext>.fromOpaque($0).takeUnretainedValue() }
    }

    private func configure() throws(TLSError) {
        let suites =
            "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"
        let isConfigured =
            tailship_context_configure(handle) == 1
            && SSL_CTX_set_ciphersuites(handle, suites) == 1
            && SSL_CTX_set_num_tickets(handle, 0) == 1
        guard isConfigured else { throw TLSError.failed(.internal, "TLS could not be set up") }
    }

    private func use(_ identity: Identity) throws(TLSError) {
        var isUsed =
            SSL_CTX_use_certificate(handle, identity.certificate.handle) == 1
            && SSL_CTX_use_PrivateKey(handle, identity.key.handle) == 1
        for certificate in identity.certificates.dropFirst() {
            isUsed = isUsed && tailship_context_add_chain(handle, certificate.handle) == 1
        }
        guard isUsed else {
            throw TLSError.failed(
                .badInput,
                "the certificate \(identity.certificate.subject) cannot be used for TLS",
                remedy: "use a P-256 key, or RSA with 2048 bits or more"
            )
        }
    }

    private func trust(_ authorities: [Certificate]) throws(TLSError) {
        let store = SSL_CTX_get_cert_store(handle)
        for authority in authorities {
            guard X509_STORE_add_cert(store, authority.handle) == 1 else {
                throw TLSError.failed(.badInput, "\(authority.subject) cannot be trusted")
            }
        }
        // What is given is trusted, whether or not it signed itself.
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
    }

    private func offerProtocols() throws(TLSError) {
        let list = protocols.flatMap { [UInt8($0.name.utf8.count)] + Array($0.name.utf8) }
        // Unlike everything else in the library this returns 0 when it worked.
        guard SSL_CTX_set_alpn_protos(handle, list, UInt32(list.count)) == 0 else {
            throw TLSError.failed(.internal, "TLS could not be set up")
        }
    }

    private func installServerCallbacks() {
        // Until ALPN has decided, the stricter rule holds.
        SSL_CTX_set_verify(
            handle,
            SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
            TLSVerification.callback
        )
        SSL_CTX_set_client_hello_cb(handle, TLSNegotiation.requireProtocol, nil)
        SSL_CTX_set_alpn_select_cb(handle, TLSNegotiation.selectProtocol, unretained)
    }
}
