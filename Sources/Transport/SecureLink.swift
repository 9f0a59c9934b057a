import Core
import Platform
import TLS
import Wire

/// Why a link ended.
package enum LinkEnd: ExpressibleByTLSError, Sendable {
    /// The peer closed it.
    case closed
    /// This side closed it.
    case aborted
    case network(SystemError)
    case security(TLSError)
    case malformed(WireError)

    /// The end of a link whose TLS failed.
    package init(_ error: TLSError) { self = .security(error) }
}

/// What a link tells its owner; every call comes on the loop's thread.
package protocol SecureLinkDelegate: AnyObject {
    /// The handshake is done; the peer and the protocol are known.
    func linkEstablished(_ link: SecureLink)
    /// Whole frames, in order.
    func link(_ link: SecureLink, received frames: [Frame])
    /// The kernel was full, and now all that was given to `send` has gone to it.
    func linkDrained(_ link: SecureLink)
    /// Nothing more comes of it; called once, whoever ended it.
    func link(_ link: SecureLink, ended: LinkEnd)
}

/// A TLS connection on an event loop that carries frames: the socket's driver, without any decision.
package final class SecureLink {
    private let socket: StreamSocket
    private let session: TLSSession
    private let buffers: LinkBuffers
    private var decoder: FrameDecoder
    private var source: EventSource?
    private weak var delegate: (any SecureLinkDelegate)?
    private var isEstablished = false
    private var isReadingPaused = false
    private var isWaitingToWrite = false
    private var closesWhenDrained = false
    private var hasEnded = false
    /// Bytes that came from the peer, sealed; it grows with every part of a frame.
    package private(set) var receivedBytes: UInt64 = 0

    /// A link over a connected socket with a fresh session of its own.
    package init(socket: StreamSocket, session: TLSSession, buffers: LinkBuffers) {
        self.socket = socket
        self.session = session
        self.buffers = buffers
        decoder = FrameDecoder()
    }

    /// Begins to serve the socket; the handshake starts by itself.
    package func start(
        on loop: EventLoop,
        delegate: any SecureLinkDelegate
    ) throws(SystemError) {
        self.delegate = delegate
        source = try loop.add(socket.rawDescriptor, interest: interest) { [weak self] ready in
            self?.ready(ready)
        }
        advance(UnsafeRawBufferPointer(start: nil, count: 0))
        flush()
    }

    // MARK: Facts

    package var negotiatedProtocol: String? { session.negotiatedProtocol }
    package var peer: PeerCertificate? { session.peer }
    package var peerDescription: String { socket.peerDescription }
    /// Bytes that wait for the kernel.
    package var pendingOutput: Int { session.pendingOutputCount }
    package var isOpen: Bool { !hasEnded }

    // MARK: Orders

    /// Takes payloads of this size from now on.
    package func raisePayloadLimit(_ limit: Int) { decoder.payloadLimit = limit }

    /// Frames and seals a message and sends it as far as the kernel takes it now; the rest waits.
    package func send(_ message: Message, request: UInt32 = 0) {
        send(message.frame(request: request))
    }

    /// Seals a frame and sends what the kernel takes now; nothing once the link has ended.
    package func send(_ frame: Frame) {
        // Behind the good-bye nothing can be sent; an ack that comes now is told by the next resume.
        guard !hasEnded, !closesWhenDrained else { return }
        let header = Frame.header(frame.type, request: frame.request, length: frame.payload.count)
        seal(header)
        if !frame.payload.isEmpty { seal(frame.payload) }
        flush()
    }

    /// Reads no more until `resumeReading`: the peer feels it through the kernel.
    package func pauseReading() {
        guard !isReadingPaused else { return }
        isReadingPaused = true
        source?.update(interest)
    }

    /// Reads again; what lies in the kernel comes with the loop's next turn.
    package func resumeReading() {
        guard isReadingPaused else { return }
        isReadingPaused = false
        source?.update(interest)
    }

    /// Sends what is waiting, says good-bye, and closes.
    package func closeWhenDrained() {
        guard !hasEnded, !closesWhenDrained else { return }
        closesWhenDrained = true
        session.sendCloseNotify()
        flush()
    }

    /// Closes at once; what waits for the kernel is lost.
    package func abort() { end(.aborted) }

    // MARK: Inside

    private var interest: Interest {
        var interest: Interest = isReadingPaused ? [] : .readable
        if isWaitingToWrite { interest.insert(.writable) }
        return interest
    }

    private func ready(_ readiness: Readiness) {
        // First what the peer said last: writing to one that has gone would end the link unheard.
        // A bounded number of reads, so that one busy peer does not keep the others waiting.
        if !readiness.isDisjoint(with: [.readable, .hangUp, .error]) {
            for _ in 0..<8 {
                guard !hasEnded, !isReadingPaused, receive() else { break }
            }
        }
        flush()
    }

    /// One read; false when there is nothing more for now.
    private func receive() -> Bool {
        do throws(SystemError) {
            switch try socket.receive(into: buffers.sealed) {
            case .wouldBlock: return false
            case .closed:
                end(.closed)
                return false
            case .bytes(let count):
                receivedBytes += UInt64(count)
                advance(UnsafeRawBufferPointer(rebasing: buffers.sealed[..<count]))
                return count == buffers.sealed.count
            }
        } catch {
            end(.network(error))
            return false
        }
    }

    private func advance(_ sealed: UnsafeRawBufferPointer) {
        var frames: [Frame] = []
        var failure: LinkEnd?
        do throws(LinkEnd) {
            try session.unseal(sealed, into: buffers.plain) { (plain) throws(LinkEnd) in
                do throws(WireError) {
                    try decoder.decode(plain, into: &frames)
                } catch {
                    throw .malformed(error)
                }
            }
        } catch {
            failure = error
        }
        if !isEstablished, session.isEstablished, failure == nil {
            isEstablished = true
            delegate?.linkEstablished(self)
        }
        if !frames.isEmpty, !hasEnded { delegate?.link(self, received: frames) }
        if let failure {
            flush()
            end(failure)
        } else if session.receivedCloseNotify {
            end(.closed)
        }
    }

    private func seal(_ bytes: [UInt8]) {
        do throws(TLSError) {
            try bytes.withUnsafeBufferPointer { (bytes) throws(TLSError) in
                try session.seal(UnsafeRawBufferPointer(bytes))
            }
        } catch {
            end(.security(error))
        }
    }

    private func flush() {
        guard !hasEnded else { return }
        while session.pendingOutputCount > 0 {
            let result = session.withPendingOutput { bytes in
                Result { () throws(SystemError) -> Int? in try socket.send(bytes) }
            }
            switch result {
            case .failure(let error): return end(.network(error))
            case .success(nil):
                if !isWaitingToWrite {
                    isWaitingToWrite = true
                    source?.update(interest)
                }
                return
            case .success(let count?): session.consumeOutput(count)
            }
        }
        if closesWhenDrained { return end(.aborted) }
        guard isWaitingToWrite else { return }
        isWaitingToWrite = false
        source?.update(interest)
        if isEstablished { delegate?.linkDrained(self) }
    }

    private func end(_ reason: LinkEnd) {
        guard !hasEnded else { return }
        hasEnded = true
        source?.cancel()
        source = nil
        socket.shutdown()
        let delegate = delegate
        self.delegate = nil
        delegate?.link(self, ended: reason)
    }
}
