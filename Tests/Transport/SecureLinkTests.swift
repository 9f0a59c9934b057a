import Core
import Platform
import TLS
import TestSupport
import Testing
import Wire

@testable import Transport

@Suite("A link that carries frames")
struct SecureLinkTests {
    private let pair: LinkPair

    init() throws {
        pair = try LinkPair()
        try pair.establish()
    }

    private func frame(_ request: UInt32, _ size: Int = 0) -> Frame {
        Frame(
            .batch,
            request: request,
            payload: [UInt8](repeating: UInt8(request & 0xff), count: size)
        )
    }

    private func isClosed(_ end: LinkEnd?) -> Bool {
        if case .closed? = end { true } else { false }
    }

    @Test("Both sides know the protocol, and the receiver knows the agent")
    func facts() throws {
        #expect(pair.agent.link?.negotiatedProtocol == "tailship/1")
        #expect(pair.receiver.link?.negotiatedProtocol == "tailship/1")
        #expect(pair.receiver.link?.peer?.agentID == AgentID(high: 1, low: 2))
        #expect(pair.agent.link?.isOpen == true)
    }

    @Test("Frames come whole and in order, both ways at once", arguments: [0, 1, 16_384, 100_000])
    func bothWays(_ size: Int) throws {
        let frames = (1...20 as ClosedRange<UInt32>).map { frame($0, size) }
        for frame in frames {
            pair.agent.link?.send(frame)
            pair.receiver.link?.send(frame)
        }
        try pair.run("all frames came") {
            self.pair.receiver.frames.count == 20 && self.pair.agent.frames.count == 20
        }
        #expect(pair.receiver.frames == frames)
        #expect(pair.agent.frames == frames)
    }

    @Test(
        "A frame of the largest size comes through, one byte more ends the link",
        arguments: [false, true]
    )
    func largest(_ isTooLarge: Bool) throws {
        pair.agent.link?.send(frame(1, Limits.payloadBytes + (isTooLarge ? 1 : 0)))
        try pair.run("it came or ended") {
            !self.pair.receiver.frames.isEmpty || !self.pair.receiver.ends.isEmpty
        }
        if isTooLarge {
            guard case .malformed(.payloadTooLarge)? = pair.receiver.ends.first else {
                Issue.record("ended with \(pair.receiver.ends)")
                return
            }
        } else {
            #expect(pair.receiver.frames.first?.payload.count == Limits.payloadBytes)
        }
    }

    @Test("While reading is paused nothing comes and the sender feels it; then all of it comes")
    func pause() throws {
        pair.receiver.link?.pauseReading()
        for request in 1...20 as ClosedRange<UInt32> {
            pair.agent.link?.send(frame(request, 1 << 20))
        }
        pair.run(for: .milliseconds(200))
        #expect(pair.receiver.frames.isEmpty)
        #expect(pair.agent.link?.pendingOutput ?? 0 > 1 << 20)
        #expect(pair.agent.drained == 0)
        pair.receiver.link?.resumeReading()
        try pair.run("all came") { self.pair.receiver.frames.count == 20 }
        #expect(pair.receiver.frames.map(\.request) == Array(1...20))
        #expect(pair.agent.link?.pendingOutput == 0)
        #expect(pair.agent.drained == 1)
    }

    @Test("Reading that is paused for a frame stops after what was read with it")
    func pauseInside() throws {
        pair.receiver.onFrames = { link, _ in link.pauseReading() }
        for request in 1...64 as ClosedRange<UInt32> {
            pair.agent.link?.send(frame(request, 64 << 10))
        }
        pair.run(for: .milliseconds(200))
        let count = pair.receiver.frames.count
        #expect(count >= 1 && count < 16)
    }

    @Test("Closing when drained delivers everything that was sent before")
    func closeWhenDrained() throws {
        for request in 1...40 as ClosedRange<UInt32> {
            pair.agent.link?.send(frame(request, 500_000))
        }
        pair.agent.link?.closeWhenDrained()
        #expect(pair.agent.link?.isOpen == true)
        // Nothing can follow the good-bye, and trying does no harm.
        pair.agent.link?.send(frame(99))
        try pair.run("the receiver heard the end") { !self.pair.receiver.ends.isEmpty }
        #expect(pair.receiver.frames.map(\.request) == Array(1...40))
        #expect(pair.receiver.ends.count == 1)
        #expect(isClosed(pair.receiver.ends.first))
        try pair.run("the agent's end") { !self.pair.agent.ends.isEmpty }
        #expect(pair.agent.ends.count == 1)
    }

    @Test("The last word of a peer that closed is heard although writing to it fails")
    func lastWord() throws {
        for request in 1...20 as ClosedRange<UInt32> {
            pair.agent.link?.send(frame(request, 1 << 20))
        }
        pair.receiver.link?.pauseReading()
        pair.receiver.link?.send(frame(7))
        pair.receiver.link?.closeWhenDrained()
        #expect(pair.receiver.link?.isOpen == false)
        pair.receiver.drop()
        try pair.run("the agent's end") { !self.pair.agent.ends.isEmpty }
        #expect(pair.agent.frames == [frame(7)])
    }

    @Test("Aborting ends both sides, each once, and what is sent later is nothing")
    func abort() throws {
        pair.agent.link?.abort()
        pair.agent.link?.abort()
        pair.agent.link?.send(frame(1))
        #expect(pair.agent.ends.count == 1)
        pair.agent.drop()
        try pair.run("the receiver's end") { !self.pair.receiver.ends.isEmpty }
        pair.run(for: .milliseconds(20))
        #expect(pair.receiver.ends.count == 1)
        #expect(pair.receiver.frames.isEmpty)
    }

    @Test("A link may be aborted while its frames are being delivered")
    func abortInside() throws {
        pair.receiver.onFrames = { link, _ in link.abort() }
        for request in 1...100 as ClosedRange<UInt32> {
            pair.agent.link?.send(frame(request, 10_000))
        }
        try pair.run("the receiver's end") { !self.pair.receiver.ends.isEmpty }
        pair.run(for: .milliseconds(20))
        #expect(pair.receiver.ends.count == 1)
        guard case .aborted? = pair.receiver.ends.first else {
            Issue.record("ended with \(pair.receiver.ends)")
            return
        }
    }
}
