import Core
import Platform
import TLS
import TestSupport
import Wire

@testable import Transport

/// One end of a link, and what it was told.
final class End: SecureLinkDelegate {
    private(set) var link: SecureLink?
    private(set) var isEstablished = false
    private(set) var frames: [Frame] = []
    private(set) var drained = 0
    private(set) var ends: [LinkEnd] = []
    /// What else is done with frames.
    var onFrames: (SecureLink, [Frame]) -> Void = { _, _ in }
    var onEstablished: (SecureLink) -> Void = { _ in }

    init(
        _ socket: StreamSocket,
        _ context: TLSContext,
        _ buffers: LinkBuffers,
        on loop: EventLoop
    ) throws {
        let session = try TLSSession(context, now: Clock.wall())
        let link = SecureLink(socket: socket, session: session, buffers: buffers)
        self.link = link
        try link.start(on: loop, delegate: self)
    }

    func linkEstablished(_ link: SecureLink) {
        isEstablished = true
        onEstablished(link)
    }

    func link(_ link: SecureLink, received frames: [Frame]) {
        self.frames += frames
        onFrames(link, frames)
    }

    func linkDrained(_ link: SecureLink) { drained += 1 }

    func link(_ link: SecureLink, ended: LinkEnd) { ends.append(ended) }

    /// Lets go of the link, and so closes its socket.
    func drop() { link = nil }
}

/// An agent's and a receiver's link over loopback, on one loop.
final class LinkPair {
    let loop: EventLoop
    let agent: End
    let receiver: End

    init() throws {
        let wire = try Wiring()
        loop = try EventLoop()
        let buffers = LinkBuffers()
        receiver = try End(wire.accepted, wire.server, buffers, on: loop)
        agent = try End(wire.connecting, wire.client, buffers, on: loop)
    }

    /// Runs the loop until `condition` holds.
    func run(_ what: String, until condition: @escaping () -> Bool) throws {
        try loop.run(what, until: condition)
    }

    /// Runs the loop for a while.
    func run(for duration: Duration) {
        loop.schedule(after: duration) { [loop] in loop.stop() }
        loop.run()
    }

    /// Shakes hands, and lets both sides take frames of any size.
    func establish() throws {
        try run("the handshake") { self.agent.isEstablished && self.receiver.isEstablished }
        agent.link?.raisePayloadLimit(Limits.payloadBytes)
        receiver.link?.raisePayloadLimit(Limits.payloadBytes)
    }
}

extension EventLoop {
    /// Runs until `condition` holds, looking after each millisecond.
    func run(_ what: String, until condition: @escaping () -> Bool) throws {
        let end = Clock.monotonic() + .seconds(60)
        var isTooLate = false
        func look() {
            isTooLate = Clock.monotonic() > end
            if condition() || isTooLate { return stop() }
            schedule(after: .milliseconds(1)) { look() }
        }
        schedule(after: .zero) { look() }
        run()
        if isTooLate { throw TestFailure("after a minute still not true: \(what)") }
    }
}
