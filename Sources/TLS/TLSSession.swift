import COpenSSL
import Core

/// One connection's TLS, without the connection: bytes of the network in and out are the caller's business.
///
/// It belongs to one thread at a time. An established session that has nothing pending holds no buffers.
/// After an error the session is over: what is pending (an alert mostly) may still be sent, no call helps it
/// back.
package final class TLSSession {
    /// Which end this is.
    package let role: TLSRole
    /// The present when it began, by which certificates are judged.
    let started: WallTime
    /// What the other side's certificate was refused for.
    var finding: TLSVerification.Finding?
    /// Whether the client named no protocol.
    var isProtocolMissing = false

    /// Whether the handshake is over and the other side verified, as far as the protocol asks for it.
    package private(set) var isEstablished = false
    /// The protocol that both sides chose; nil before the session is established.
    package private(set) var negotiatedProtocol: String?
    /// Who the other side is; nil before the session is established, and on a server when the protocol asks
    /// for no certificate: whoever connects with it is nobody, also with a certificate.
    package private(set) var peer: PeerCertificate?
    /// Whether the other side said that nothing more comes; a connection that ends without it was cut.
    package private(set) var receivedCloseNotify = false

    private let context: TLSContext
    var expiredGrace: Duration { context.expiredGrace }
    private let ssl: OpaquePointer
    private let channel: UnsafeMutablePointer<tailship_channel>
    private var failure: TLSError?
    /// Records that were sealed with the present key.
    private var recordsOfKey = 0
    /// The first bytes that came, to recognise what else than TLS they are.
    private var opening: [UInt8] = []

    /// A session before its handshake; a client's greeting is pending at once.
    ///
    /// - Parameters:
    ///   - context: whose sessions it is one of.
    ///   - now: the present, to judge certificates by.
    /// - Throws: `.internal` when there is no memory.
    package init(_ context: TLSContext, now: WallTime) throws(TLSError) {
        OpenSSL.forgetErrors()
        guard let ssl = SSL_new(context.handle) else {
            throw TLSError.failed(.internal, "no TLS session could be made")
        }
        self.role = context.role
        self.started = now
        self.context = context
        self.ssl = ssl
        self.channel = .allocate(capacity: 1)
        channel.initialize(to: tailship_channel())
        guard let method = TLSSession.method,
            tailship_channel_attach(ssl, channel, method) == 1
        else {
            throw TLSError.failed(.internal, "no TLS session could be made")
        }
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
        X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), Int(now.seconds))
        switch role {
        case .server: SSL_set_accept_state(ssl)
        case .client:
            SSL_set_connect_state(ssl)
            try expectHostName()
            try greet()
        }
    }

    deinit {
        SSL_free(ssl)
        tailship_channel_consume(channel, pendingOutputCount)
        channel.deallocate()
    }

    // MARK: From the network

    /// Takes all of `input`, goes on with the handshake, and delivers what it decrypts.
    ///
    /// Pieces have at most 16 KiB and at most `buffer.count` bytes; they are decrypted from `input`, moved
    /// into `buffer` and are gone after `deliver`. Output may be pending afterwards, also when it throws.
    /// `deliver` may call `seal`, not `unseal`. What comes behind the other side's close notify is ignored.
    ///
    /// - Parameters:
    ///   - input: bytes as they came, cut anywhere.
    ///   - buffer: room for decrypted bytes, 16 KiB at best.
    ///   - deliver: takes decrypted bytes in their order.
    /// - Throws: a `TLSError` as `Failure`, or what `deliver` throws; the session is over then.
    package func unseal<Failure: ExpressibleByTLSError>(
        _ input: UnsafeRawBufferPointer,
        into buffer: UnsafeMutableRawBufferPointer,
        _ deliver: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(!buffer.isEmpty)
        if let failure { throw Failure(failure) }
        if !isEstablished, opening.count < TLSDiagnosis.openingSize {
            opening += input.prefix(TLSDiagnosis.openingSize - opening.count)
        }
        channel.pointee.input = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        channel.pointee.input_count = input.count
        defer {
            channel.pointee.input = nil
            channel.pointee.input_count = 0
        }
        do throws(Failure) {
            try advance(into: buffer, deliver)
        } catch {
            failure =
                failure ?? TLSError(.misuse, "the session was left in the middle of its input")
            throw error
        }
    }

    /// Writes a client's greeting.
    private func greet() throws(TLSError) {
        let none = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        try advance(into: none) { (_: UnsafeRawBufferPointer) throws(TLSError) in }
    }

    /// Reads until there is no input left.
    private func advance<Failure: ExpressibleByTLSError>(
        into buffer: UnsafeMutableRawBufferPointer,
        _ deliver: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        while !receivedCloseNotify {
            OpenSSL.forgetErrors()
            var count = 0
            let result =
                SSL_in_init(ssl) == 1
                ? SSL_do_handshake(ssl) : SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
            let status = result == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl, result)
            if status != SSL_ERROR_NONE, status != SSL_ERROR_WANT_READ,
                status != SSL_ERROR_ZERO_RETURN
            {
                throw Failure(fail(diagnose()))
            }
            if !isEstablished, SSL_in_init(ssl) == 0 {
                do throws(TLSError) { try establish() } catch { throw Failure(error) }
            }
            switch status {
            case SSL_ERROR_WANT_READ: return
            case SSL_ERROR_ZERO_RETURN: receivedCloseNotify = true
            default:
                if count > 0 { try deliver(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            }
        }
    }

    private func establish() throws(TLSError) {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &bytes, &count)
        let name = String(
            decoding: UnsafeBufferPointer(start: bytes, count: Int(count)),
            as: UTF8.self
        )
        guard let chosen = context.protocols.first(where: { $0.name == name }) else {
            throw fail(TLSDiagnosis.protocolMismatch(role, cause: nil))
        }
        if role == .client || chosen.requiresClientCertificate {
            guard let certificate = SSL_get1_peer_certificate(ssl) else {
                throw fail(TLSDiagnosis.certificateMissing)
            }
            peer = PeerCertificate(Certificate(handle: certificate), now: started)
        }
        negotiatedProtocol = chosen.name
        opening = []
        isEstablished = true
    }

    // MARK: To the network

    /// Encrypts `plaintext` into the pending output, in records of 16 KiB.
    ///
    /// - Throws: `.misuse` before the session is established or after `sendCloseNotify`.
    package func seal(_ plaintext: UnsafeRawBufferPointer) throws(TLSError) {
        try requireOpen()
        let records = plaintext.count / TLSSession.recordSize + 1
        guard
            tailship_channel_reserve(channel, plaintext.count + records * TLSSession.recordOverhead)
                == 1
        else { throw TLSError(.internal, "there is no memory for what is sent") }
        var rest = plaintext
        while !rest.isEmpty {
            OpenSSL.forgetErrors()
            var count = 0
            guard SSL_write_ex(ssl, rest.baseAddress, rest.count, &count) == 1 else {
                throw fail(diagnose())
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            recordsOfKey += 1
            if recordsOfKey >= TLSSession.recordsPerKey { try renewKey() }
        }
    }

    /// Encrypts with a new key from here on; `seal` does it in time by itself.
    ///
    /// - Throws: `.misuse` before the session is established or after `sendCloseNotify`.
    package func renewKey() throws(TLSError) {
        try requireOpen()
        OpenSSL.forgetErrors()
        recordsOfKey = 0
        // The handshake that it begins is this one message, so it is over when it is written.
        guard SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1, SSL_do_handshake(ssl) == 1
        else { throw fail(diagnose()) }
    }

    /// Says that nothing more comes from this side.
    package func sendCloseNotify() {
        guard isEstablished, failure == nil else { return }
        OpenSSL.forgetErrors()
        SSL_shutdown(ssl)
        OpenSSL.forgetErrors()
    }

    /// Bytes that wait to be sent.
    package var pendingOutputCount: Int {
        channel.pointee.output_end - channel.pointee.output_start
    }

    /// Calls `body` with the bytes that wait to be sent; they may move with the next call of anything.
    package func withPendingOutput<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let output = channel.pointee.output else {
            return try body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        return try body(
            UnsafeRawBufferPointer(
                start: output + channel.pointee.output_start,
                count: pendingOutputCount
            )
        )
    }

    /// Forgets the first `count` pending bytes, which were sent; the last ones take the buffer with them.
    package func consumeOutput(_ count: Int) {
        precondition((0...pendingOutputCount).contains(count))
        tailship_channel_consume(channel, count)
    }

    // MARK: -

    static func from(_ ssl: OpaquePointer?) -> TLSSession? {
        SSL_get_ex_data(ssl, 0).map { Unmanaged<TLSSession>.fromOpaque($0).takeUnretainedValue() }
    }

    private func requireOpen() throws(TLSError) {
        if let failure { throw failure }
        guard isEstablished, SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN == 0 else {
            throw TLSError(.misuse, "the session is not open for writing")
        }
    }

    private func expectHostName() throws(TLSError) {
        guard let name = context.hostName else { return }
        let parameters = SSL_get0_param(ssl)
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return }
        OpenSSL.forgetErrors()
        guard X509_VERIFY_PARAM_set1_host(parameters, name, 0) == 1,
            tailship_ssl_set_server_name(ssl, name) == 1
        else { throw TLSError(.badInput, "\"\(BytePath(name))\" is no host name") }
    }

    private func diagnose() -> TLSError {
        TLSDiagnosis(
            role: role,
            now: started,
            isEstablished: isEstablished,
            hostName: context.hostName,
            opening: opening,
            isProtocolMissing: isProtocolMissing,
            finding: finding,
            errors: OpenSSL.takeErrors()
        ).error
    }

    private func fail(_ error: TLSError) -> TLSError {
        failure = error
        return error
    }

    private static let recordSize = 16384
    /// Well below the 2²⁴ records that RFC 8446 (section 5.5) allows a key of AES-GCM.
    private static let recordsPerKey = 1 << 22
    /// Header, content type and authentication tag, with some to spare.
    private static let recordOverhead = 32
    // Safe: made once, never changed and never freed.
    nonisolated(unsafe) private static let method: OpaquePointer? = tailship_channel_method()
}
