import Core
import Journal
import Platform
import Shipping
import TLS
import TestSupport
import Testing
import Transport
import Wire

@testable import Receiver

@Suite("Agents at the listener")
struct ListenerTests {
    private func open(_ agent: TestAgent, _ stage: ListenerStage) throws -> StreamID {
        agent.link.send(.open(Samples.open("a")), request: 1)
        try stage.run("the resume") { agent.resume != nil || agent.hasEnded }
        return try #require(agent.resume?.stream)
    }

    @Test(
        "An agent joins, is welcomed, and its batch is acknowledged when it is durable",
        arguments: [0, 3]
    )
    func whole(_ loopIndex: Int) throws {
        let stage = try ListenerStage(loopIndex: loopIndex)
        defer { stage.stop() }
        let agent = try stage.welcomed(try stage.join())
        #expect(agent.welcome?.name == "u@laptop")
        #expect(agent.welcome?.window.bytes == 1 << 20)
        let stream = try open(agent, stage)
        agent.link.send(.batch(try Samples.batch(stream, "hello")), request: 2)
        try stage.run("the ack") { !agent.acks.isEmpty }
        #expect(agent.acks == [2])
        #expect(stage.hub.queue.read { $0.streams[stream]?.durable } == 5)
        #expect(stage.hub.connectedAgents.count == 1)
    }

    @Test("A newer connection takes over, and the older one is told why it ends")
    func replaced() throws {
        let stage = try ListenerStage()
        defer { stage.stop() }
        let identity = try stage.join()
        let first = try stage.welcomed(identity)
        let second = try stage.welcomed(identity, try #require(first.welcome?.nonce))
        try stage.run("the end of the first") { first.hasEnded }
        #expect(first.refusal?.code == .replaced)
        #expect(!second.hasEnded)
        second.link.send(.ping, request: 9)
        try stage.run("the pong") { second.messages.contains { $0.request == 9 } }
    }

    @Test("A revoked agent is cut off, and is not let in again")
    func revoked() throws {
        let stage = try ListenerStage()
        defer { stage.stop() }
        let identity = try stage.join()
        let agent = try stage.welcomed(identity)
        let id = try #require(stage.hub.directory.all.first?.id)
        stage.hub.directory.update(id) { $0.revoked = Samples.time }
        stage.hub.onEachLoop { $0.revoke(id) }
        try stage.run("its end") { agent.hasEnded }
        #expect(agent.refusal?.code == .revoked)
        let again = try stage.agent(identity)
        try stage.run("the second end") { again.hasEnded }
        #expect(again.refusal?.code == .revoked)
    }

    @Test("A batch that cannot be unpacked is refused and nothing of it is journaled")
    func damaged() throws {
        let stage = try ListenerStage()
        defer { stage.stop() }
        let agent = try stage.welcomed(try stage.join())
        let stream = try open(agent, stage)
        var payload = try Samples.batch(stream, "hello")
        payload[payload.count - 1] ^= 0xff
        agent.link.send(.batch(payload), request: 2)
        try stage.run("its end") { agent.hasEnded }
        #expect(agent.refusal?.code == .malformed)
        #expect(agent.acks.isEmpty)
        #expect(stage.hub.queue.read { $0.streams[stream]?.accepted } == 0)
    }

    @Test("When the journal fails, connections end without an ack, and the next one goes on")
    func journalFails() throws {
        let stage = try ListenerStage()
        defer { stage.stop() }
        let identity = try stage.join()
        let first = try stage.welcomed(identity)
        let stream = try open(first, stage)
        try stage.run("the file is durable") {
            stage.hub.queue.read { $0.streams[stream]?.isRecorded } == true
        }
        stage.disk.failNext(.synchronize, errno: SimulatedDiskErrno.inputOutput)
        first.link.send(.batch(try Samples.batch(stream, "hello")), request: 2)
        try stage.run("its end") { first.hasEnded }
        #expect(first.refusal?.code == .goingAway)
        #expect(first.acks.isEmpty)
        let second = try stage.welcomed(identity, try #require(first.welcome?.nonce))
        second.link.send(.batch(try Samples.batch(stream, "hello")), request: 1)
        try stage.run("the ack") { !second.acks.isEmpty }
        #expect(stage.hub.queue.read { $0.streams[stream]?.durable } == 5)
    }

    @Test("A window that changes is told to whoever was welcomed")
    func window() throws {
        let stage = try ListenerStage()
        defer { stage.stop() }
        let agent = try stage.welcomed(try stage.join())
        stage.hub.review(Admission.Facts(available: 0, backlog: 0, failure: "no disk"))
        try stage.run("the window") {
            agent.messages.contains {
                if case .window(let it) = $0.message { it.bytes == 0 } else { false }
            }
        }
    }

    @Test("A frame that comes slowly is a sign of life, and silence is none")
    func slowFrame() throws {
        let stage = try ListenerStage(idle: .seconds(2))
        defer { stage.stop() }
        let agent = try stage.welcomed(try stage.join())
        let frame = Message.batch([UInt8](repeating: 0, count: 64)).frame(request: 1)
        let header = Frame.header(frame.type, request: frame.request, length: frame.payload.count)
        for byte in (header + frame.payload).prefix(20) {
            try agent.send(part: [byte])
            let next = Clock.monotonic() + .milliseconds(250)
            try stage.run("the next byte's time") { Clock.monotonic() >= next }
            #expect(!agent.hasEnded)
        }
        try stage.run("the end of a silent connection") { agent.hasEnded }
    }

    @Test("Who is one too many is turned away, until somebody leaves")
    func full() throws {
        let stage = try ListenerStage(places: 2)
        defer { stage.stop() }
        let identity = try stage.join()
        let first = try stage.agent(identity)
        let second = try stage.agent(identity)
        try stage.run("two handshakes") { first.isEstablished && second.isEstablished }
        let third = try stage.agent(identity)
        try stage.run("the refusal") { third.hasEnded }
        #expect(!third.isEstablished)
        first.link.abort()
        var last = third
        try stage.run("a place") {
            if last.hasEnded, let next = try? stage.agent(identity) { last = next }
            return last.isEstablished
        }
    }

    @Test("A key of another loop reaches nobody here")
    func otherLoop() throws {
        let stage = try ListenerStage(loopIndex: 1)
        defer { stage.stop() }
        let agent = try stage.welcomed(try stage.join())
        for number in 1...4 as ClosedRange<UInt64> {
            stage.hub.acknowledge([ConnectionKey(loop: 0, number: number): 77])
        }
        agent.link.send(.ping, request: 9)
        try stage.run("the pong") { agent.messages.contains { $0.request == 9 } }
        #expect(agent.acks.isEmpty)
    }
}
