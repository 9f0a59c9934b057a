import Core
import Platform
import TLS
import TestSupport
import Testing
import Wire

@testable import Transport

/// An agent that says what it likes: bytes inside TLS, or bytes on the wire.
final class RawPeer {
    private let socket: StreamSocket
    private let session: TLSSession
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)

    init(_ wiring: Wiring) throws {
        socket = wiring.connecting
        session = try TLSSession(wiring.client, now: Clock.wall())
    }

    deinit { buffer.deallocate() }

    var isEstablished: Bool { session.isEstablished }

    /// Carries what waits, as far as the kernel goes now.
    func pump() {
        let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: 16384, alignment: 16)
        defer { plain.deallocate() }
        if case .bytes(let count)? = try? socket.receive(into: buffer) {
            try? session.unseal(UnsafeRawBufferPointer(rebasing: buffer[..<count]), into: plain) {
                (_: UnsafeRawBufferPointer) throws(TLSError) in
            }
        }
        let sent = session.withPendingOutput { try? socket.send($0) }
        if let count = sent ?? nil { session.consumeOutput(count) }
    }

    func seal(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try session.seal($0) } }

    func sendPlain(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { try? socket.send($0) } }
}

@Suite("A link to somebody who keeps to nothing")
struct HostilePeerTests {
    private let loop: EventLoop
    private let peer: RawPeer
    private let receiver: End

    init() throws {
        let wiring = try Wiring()
        loop = try EventLoop()
        peer = try RawPeer(wiring)
        receiver = try End(wiring.accepted, wiring.server, LinkBuffers(), on: loop)
    }

    private func run(_ what: String, until condition: @escaping () -> Bool) throws {
        try loop.run(what) {
            peer.pump()
            return condition()
        }
    }

    private func establish() throws {
        try run("the handshake") { peer.isEstablished && receiver.isEstablished }
    }

    @Test("Bytes that are no frame end the link, and whole frames before them are delivered")
    func garbage() throws {
        try establish()
        try peer.seal(Frame(.ping, request: 1).encoded + [UInt8](repeating: 0x47, count: 64))
        try run("the end") { !receiver.ends.isEmpty }
        #expect(receiver.frames == [Frame(.ping, request: 1)])
        guard case .malformed(.badMagic)? = receiver.ends.first else {
            Issue.record("ended with \(receiver.ends)")
            return
        }
        #expect(receiver.ends.count == 1)
    }

    @Test("A large frame is refused by its header alone before the peer is welcomed")
    func tooEarly() throws {
        try establish()
        try peer.seal(Frame.header(.hello, request: 0, length: Limits.greetingBytes + 1))
        try run("the end") { !receiver.ends.isEmpty }
        guard case .malformed(.payloadTooLarge)? = receiver.ends.first else {
            Issue.record("ended with \(receiver.ends)")
            return
        }
    }

    @Test("A frame that comes byte by byte is one frame")
    func slow() throws {
        try establish()
        let frame = Frame(.hello, request: 3, payload: [1, 2, 3])
        for byte in frame.encoded { try peer.seal([byte]) }
        try run("the frame") { !receiver.frames.isEmpty }
        #expect(receiver.frames == [frame])
        #expect(receiver.ends.isEmpty)
    }

    @Test("What is no TLS ends the link with what it was taken for, and nobody was established")
    func noTLS() throws {
        peer.sendPlain(Array("GET / HTTP/1.1\r\nHost: logs\r\n\r\n".utf8))
        try loop.run("the end") { !receiver.ends.isEmpty }
        #expect(!receiver.isEstablished)
        guard case .security(let error)? = receiver.ends.first else {
            Issue.record("ended with \(receiver.ends)")
            return
        }
        #expect(error.message.contains("HTTP"))
    }
}
