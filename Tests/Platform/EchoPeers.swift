import Core
import Platform

/// Blocking-free sends and receives of arrays.
enum ControlPeer {
    static func send(_ socket: StreamSocket, _ bytes: [UInt8]) throws -> Int? {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(SystemError) in try socket.send(bytes) }
        }
        return try result.get()
    }

    static func receive(
        _ socket: StreamSocket,
        _ count: Int = 64 * 1024
    ) throws -> (
        ReceiveResult, [UInt8]
    ) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        let result = try socket.receive(into: buffer)
        guard case .bytes(let got) = result else { return (result, []) }
        return (result, Array(buffer[..<got]))
    }
}

/// Collects all that one client sends, and sends it back when the client has said that it is done.
final class EchoServer {
    private let loop: EventLoop
    private let listener: ListeningSocket
    private var socket: StreamSocket?
    private var source: EventSource?
    private var bytes: [UInt8] = []
    private var sent = 0
    private var isWriting = false

    init(_ loop: EventLoop, _ listener: ListeningSocket) {
        self.loop = loop
        self.listener = listener
    }

    func start() throws {
        try loop.add(listener.rawDescriptor, interest: .readable) { [self] _ in
            guard let accepted = try? listener.accept() else { return }
            socket = accepted
            source = try? loop.add(accepted.rawDescriptor, interest: .readable) { [self] _ in
                proceed(accepted)
            }
        }
    }

    private func proceed(_ socket: StreamSocket) {
        if !isWriting {
            guard let (result, piece) = try? ControlPeer.receive(socket) else { return finish() }
            bytes += piece
            guard result == .closed else { return }
            isWriting = true
            source?.update(.writable)
        }
        while sent < bytes.count {
            let piece = Array(bytes[sent...].prefix(256 * 1024))
            guard let count = (try? ControlPeer.send(socket, piece)) ?? nil else { return }
            sent += count
        }
        finish()
    }

    private func finish() {
        source?.cancel()
        socket = nil
        source = nil
    }
}

/// Sends pseudo-random bytes, closes its half, and keeps what comes back.
final class EchoClient {
    let sent: [UInt8]
    private(set) var received: [UInt8] = []
    private(set) var failure: SystemError?
    private(set) var isClosed = false

    private let loop: EventLoop
    private let socket: StreamSocket
    private var source: EventSource?
    private var done = 0

    init(_ loop: EventLoop, _ socket: StreamSocket, bytes: Int) {
        self.loop = loop
        self.socket = socket
        sent = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
    }

    func start() throws {
        source = try loop.add(socket.rawDescriptor, interest: .writable) { [self] readiness in
            do {
                try proceed(readiness)
            } catch {
                failure = error as? SystemError
                loop.stop()
            }
        }
    }

    private func proceed(_ readiness: Readiness) throws {
        if let error = socket.connectResult() { throw error }
        while done < sent.count {
            let piece = Array(sent[done...].prefix(256 * 1024))
            guard let count = try ControlPeer.send(socket, piece) else { return }
            done += count
            if done == sent.count {
                socket.shutdown()
                source?.update(.readable)
            }
        }
        guard readiness.contains(.readable) else { return }
        let (result, piece) = try ControlPeer.receive(socket)
        received += piece
        if result == .closed {
            isClosed = true
            source?.cancel()
            loop.stop()
        }
    }
}
