import CMicrohttpd
import Core
import Platform
import Synchronization

/// A server of HTTP/1.1, on a thread of libmicrohttpd's own.
package final class HTTPServer: Sendable {
    /// A certificate and its key, in PEM.
    package struct Certificate: Sendable {
        package var chain: [UInt8]
        package var key: [UInt8]

        package init(chain: [UInt8], key: [UInt8]) {
            self.chain = chain
            self.key = key
        }
    }

    private struct State {
        /// Unsafe because a pointer says nothing of threads: libmicrohttpd's daemon is made for calls from any, and
        /// `stop` takes it away before it ends it.
        nonisolated(unsafe) var daemon: OpaquePointer?
    }

    private let listener: ListeningSocket
    private let handler: any HTTPHandler
    private let state = Mutex(State())

    /// Connections at one time; further ones wait to be accepted.
    private static let connections: UInt32 = 1024
    /// Seconds that a client may take for a request, or to ask again.
    private static let timeout: UInt32 = 60
    /// Bytes of memory for a connection, its headers included.
    private static let connectionMemory = 32 << 10

    package init(_ listener: ListeningSocket, _ handler: any HTTPHandler) {
        self.listener = listener
        self.handler = handler
    }

    /// The port that it listens on.
    package var port: UInt16 { listener.localPort }

    /// Begins to serve; with a certificate over TLS only.
    ///
    /// - Throws: `.certificate` for one that cannot be used, else `.network`.
    package func start(_ certificate: Certificate? = nil) throws(OperatorError) {
        let chain = certificate.map { $0.chain + [0] }
        let key = certificate.map { $0.key + [0] }
        let daemon = withUnsafePointers(chain, key) { chain, key in
            tailship_http_start(
                tailship_http_options(
                    socket: listener.rawDescriptor,
                    connections: HTTPServer.connections,
                    timeout_seconds: HTTPServer.timeout,
                    connection_memory: HTTPServer.connectionMemory,
                    certificate: chain,
                    key: key,
                    context: Unmanaged.passUnretained(self).toOpaque(),
                    handle: accessHandler,
                    completed: requestCompleted,
                    begin: requestBegins
                )
            )
        }
        guard let daemon else {
            throw OperatorError(
                certificate == nil ? .network : .certificate,
                "the page cannot be served",
                remedy: certificate == nil
                    ? nil : "Look at the certificate and the key: PEM, and of each other."
            )
        }
        state.withLock { $0.daemon = daemon }
    }

    /// Ends all connections and the thread; every exchange must have been answered and every feed closed.
    package func stop() {
        let daemon = state.withLock { state in
            defer { state.daemon = nil }
            return state.daemon
        }
        guard let daemon else { return }
        // The socket stays the listener's.
        _ = MHD_quiesce_daemon(daemon)
        MHD_stop_daemon(daemon)
    }

    /// Takes no new connection from now on.
    package func quiesce() {
        state.withLock { state in
            if let daemon = state.daemon { _ = MHD_quiesce_daemon(daemon) }
        }
    }

    private func withUnsafePointers<Result>(
        _ a: [UInt8]?,
        _ b: [UInt8]?,
        _ body: (UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Result
    ) -> Result {
        guard let a, let b else { return body(nil, nil) }
        return a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                body(
                    a.assumingMemoryBound(to: CChar.self).baseAddress,
                    b.assumingMemoryBound(to: CChar.self).baseAddress
                )
            }
        }
    }

    // MARK: On the server's thread

    fileprivate func step(
        _ exchange: Exchange,
        _ connection: OpaquePointer,
        method: String,
        _ data: UnsafeRawBufferPointer
    ) -> Bool {
        exchange.step(
            method: method,
            { HTTPServer.headers(of: connection) },
            data: data,
            handler: handler
        )
    }

    private final class Collected {
        var headers: [String: String] = [:]
    }

    private static func headers(of connection: OpaquePointer) -> [String: String] {
        let collected = Collected()
        MHD_get_connection_values(
            connection,
            .HEADER_KIND,
            { context, _, name, value in
                guard let context, let name else { return MHD_Result.YES }
                let collected = Unmanaged<Collected>.fromOpaque(context).takeUnretainedValue()
                let value = value.map { String(cString: $0) } ?? ""
                let key = String(cString: name).lowercased()
                if key == "host", let other = collected.headers[key], other != value {
                    // Two hosts are no host.
                    collected.headers[key] = ""
                } else {
                    collected.headers[key] = value
                }
                return MHD_Result.YES
            },
            Unmanaged.passUnretained(collected).toOpaque()
        )
        return collected.headers
    }
}

/// A request line has come: its exchange lives from now until the request is completed.
private let requestBegins:
    @convention(c) (
        UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?
    ) -> UnsafeMutableRawPointer? = { _, target, connection in
        guard let connection else { return nil }
        let exchange = Exchange(
            connection: connection,
            target: target.map { String(cString: $0) } ?? ""
        )
        return Unmanaged.passRetained(exchange).toOpaque()
    }

private let accessHandler: MHD_AccessHandlerCallback = {
    context,
    connection,
    _,
    method,
    _,
    data,
    size,
    slot in
    guard let context, let connection, let method, let size, let held = slot?.pointee else {
        return MHD_Result.NO
    }
    let server = Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    let exchange = Unmanaged<Exchange>.fromOpaque(held).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(start: data, count: size.pointee)
    size.pointee = 0
    return server.step(exchange, connection, method: String(cString: method), bytes)
        ? MHD_Result.YES : MHD_Result.NO
}

private let requestCompleted: MHD_RequestCompletedCallback = { _, _, slot, _ in
    guard let slot, let held = slot.pointee else { return }
    slot.pointee = nil
    Unmanaged<Exchange>.fromOpaque(held).takeRetainedValue().end()
}
