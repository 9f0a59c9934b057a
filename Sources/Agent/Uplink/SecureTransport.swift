import Platform
import Transport
import Wire

/// A `SecureLink` as the uplink's driver sees it.
final class SecureTransport: UplinkTransport, SecureLinkDelegate {
    let mustRenew: Bool
    private let link: SecureLink
    private let loop: EventLoop
    private weak var delegate: (any UplinkTransportDelegate)?

    init(_ link: SecureLink, loop: EventLoop, mustRenew: Bool) {
        self.link = link
        self.loop = loop
        self.mustRenew = mustRenew
    }

    // MARK: Orders

    var pendingOutput: Int { link.pendingOutput }

    func start(_ delegate: any UplinkTransportDelegate) throws(SystemError) {
        self.delegate = delegate
        try link.start(on: loop, delegate: self)
    }

    func raisePayloadLimit(_ limit: Int) { link.raisePayloadLimit(limit) }
    func send(_ frame: Frame) { link.send(frame) }
    func closeWhenDrained() { link.closeWhenDrained() }
    func abort() { link.abort() }

    // MARK: Events

    func linkEstablished(_ link: SecureLink) { delegate?.transportEstablished(self) }

    func link(_ link: SecureLink, received frames: [Frame]) {
        delegate?.transport(self, received: frames)
    }

    func linkDrained(_ link: SecureLink) { delegate?.transportDrained(self) }

    func link(_ link: SecureLink, ended: LinkEnd) { delegate?.transport(self, ended: ended) }
}
