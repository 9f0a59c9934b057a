import Core
import Platform
import Transport
import Wire

@testable import Agent

/// A connection between an agent and a receiver, with everything that a network may do to it.
final class SimulatedConnection: UplinkTransport {
    let agent: AgentID
    let up: Pipe
    let down: Pipe
    weak var peer: ReceiverPeer?
    let mustRenew = false

    private let world: World
    private weak var delegate: (any UplinkTransportDelegate)?
    private var decoder = FrameDecoder()
    private let latency: Duration
    private var agentEnded = false
    private var closesWhenDrained = false
    /// The agent's process is no more.
    private(set) var isAgentDead = false

    init(_ world: World, agent: AgentID) {
        self.world = world
        self.agent = agent
        latency = world.chance.element([.microseconds(200), .milliseconds(5), .milliseconds(80)])
        up = Pipe(world.timeline, world.chance, latency: latency)
        down = Pipe(world.timeline, world.chance, latency: latency)
    }

    // MARK: The agent's end

    var pendingOutput: Int { up.backlog }
    var isOpen: Bool { !agentEnded }

    func start(_ delegate: any UplinkTransportDelegate) {
        self.delegate = delegate
        down.received = { [weak self] in self?.take($0) }
        down.ended = { [weak self] in self?.end(.closed) }
        up.drained = { [weak self] in self?.upDrained() }
        world.timeline.schedule(after: latency + latency) { [self] in
            guard !agentEnded, !isAgentDead else { return }
            guard world.receiver.accept(self) else {
                return end(.network(SimulatedConnection.refused))
            }
            self.delegate?.transportEstablished(self)
        }
    }

    func raisePayloadLimit(_ limit: Int) { decoder.payloadLimit = limit }

    func send(_ frame: Frame) {
        guard !agentEnded else { return }
        up.send(
            Frame.header(frame.type, request: frame.request, length: frame.payload.count)
                + frame.payload
        )
    }

    func closeWhenDrained() {
        guard !agentEnded, !closesWhenDrained else { return }
        closesWhenDrained = true
        if up.backlog == 0 { end(.aborted) }
    }

    func abort() { end(.aborted) }

    private func upDrained() {
        if closesWhenDrained { return end(.aborted) }
        delegate?.transportDrained(self)
    }

    private func take(_ bytes: [UInt8]) {
        guard !agentEnded, !isAgentDead else { return }
        var frames: [Frame] = []
        do throws(WireError) {
            try SimulatedConnection.decode(bytes, &decoder, &frames)
        } catch {
            return end(.malformed(error))
        }
        if !frames.isEmpty { delegate?.transport(self, received: frames) }
    }

    static func decode(
        _ bytes: [UInt8],
        _ decoder: inout FrameDecoder,
        _ frames: inout [Frame]
    ) throws(WireError) {
        try bytes.withUnsafeBytes { (raw) -> Result<Void, WireError> in
            Result { () throws(WireError) in try decoder.decode(raw, into: &frames) }
        }.get()
    }

    private func end(_ reason: LinkEnd) {
        guard !agentEnded else { return }
        agentEnded = true
        down.die()
        if case .aborted = reason, world.chance.oneIn(2) { up.loseTail() }
        up.close()
        guard !isAgentDead else { return }
        delegate?.transport(self, ended: reason)
    }

    // MARK: What happens to connections

    /// Both ends get to know, with what was under way partly lost.
    func cut() {
        up.loseTail()
        down.loseTail()
        up.close()
        world.timeline.schedule(after: world.chance.duration(0...500)) { [weak self] in
            self?.end(.network(SimulatedConnection.reset))
        }
    }

    /// The agent's end is gone; the receiver hears nothing of it.
    func halfOpen() {
        up.die()
        end(.network(SimulatedConnection.reset))
    }

    /// Nothing passes any more, and nobody is told.
    func blackHole() {
        up.die()
        down.die()
    }

    /// The agent's process died; its kernel says good-bye unless the machine died too.
    func agentDied(silently: Bool) {
        isAgentDead = true
        agentEnded = true
        delegate = nil
        down.die()
        if silently { up.die() } else { up.close() }
    }

    /// The receiver's process died.
    func receiverDied(silently: Bool) {
        up.die()
        if silently {
            down.die()
        } else {
            down.loseTail()
            world.timeline.schedule(after: latency) { [weak self] in
                self?.end(.network(SimulatedConnection.reset))
            }
        }
    }

    private static let refused = SystemError(errno: 111, call: "connect")
    private static let reset = SystemError(errno: 104, call: "recv")
}
