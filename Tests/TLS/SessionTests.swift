import Core
import TLS
import Testing

@Suite("Sessions")
struct SessionTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func pair() throws -> Pair {
        try Pair(client: try fixture.clientContext(), server: try fixture.serverContext())
    }

    @Test(
        "Both sides know each other after the handshake, whole or byte by byte",
        arguments: [Int.max, 1, 7]
    )
    func handshake(_ step: Int) throws {
        let pair = try pair()
        pair.step = step
        let outcome = pair.pump()
        #expect(outcome.client == nil && outcome.server == nil)
        #expect(pair.client.isEstablished && pair.server.isEstablished)
        #expect(pair.client.negotiatedProtocol == "tailship/1")
        #expect(pair.server.negotiatedProtocol == "tailship/1")
        let agent = pair.server.peer
        #expect(agent?.agentID == Fixture.agentID)
        #expect(agent?.isExpired == false)
        #expect(agent?.serial == fixture.agent.certificate.serial)
        #expect(agent?.fingerprint == fixture.agent.certificate.fingerprint)
        #expect(agent?.notAfter == fixture.agent.certificate.notAfter)
        #expect(agent?.subject == "CN=u@laptop")
        #expect(pair.client.peer?.fingerprint == fixture.receiver.certificate.fingerprint)
    }

    @Test("Ten megabytes arrive as they were sent, in both directions")
    func volume() throws {
        let pair = try pair()
        pair.pump()
        var random = SystemRandomNumberGenerator()
        var sent: [UInt8] = []
        while sent.count < 10_000_000 {
            withUnsafeBytes(of: random.next()) { sent += $0 }
        }
        for start in stride(from: 0, to: sent.count, by: 1_000_000) {
            try Pair.seal(Array(sent[start..<start + 1_000_000]), with: pair.client)
            #expect(pair.pump().server == nil)
        }
        #expect(pair.atServer == sent)
        try Pair.seal(sent, with: pair.server)
        pair.step = 100_003
        #expect(pair.pump().client == nil)
        #expect(pair.atClient == sent)
    }

    @Test("Output is taken in parts, and nothing is held when it is drained")
    func partialOutput() throws {
        let pair = try pair()
        pair.pump()
        try Pair.seal([UInt8](repeating: 7, count: 50_000), with: pair.client)
        #expect(pair.client.pendingOutputCount > 50_000)
        while pair.client.pendingOutputCount > 0 {
            let part = pair.client.withPendingOutput { [UInt8]($0.prefix(999)) }
            pair.client.consumeOutput(part.count)
            pair.atServer += try Pair.unseal(part, with: pair.server)
        }
        #expect(pair.atServer == [UInt8](repeating: 7, count: 50_000))
        #expect(pair.client.withPendingOutput { $0.baseAddress } == nil)
    }

    @Test("An answer can be sealed while a message is delivered")
    func answer() throws {
        let pair = try pair()
        pair.pump()
        try Pair.seal([1, 2, 3], with: pair.client)
        let bytes = Pair.take(pair.client)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 2, alignment: 1)
        defer { buffer.deallocate() }
        try bytes.withUnsafeBytes { input in
            try pair.server.unseal(input, into: buffer) {
                (piece: UnsafeRawBufferPointer) throws(TLSError) in try pair.server.seal(piece)
            }
        }
        pair.pump()
        #expect(pair.atClient == [1, 2, 3])
    }

    @Test("Keys are renewed without anyone noticing")
    func newKeys() throws {
        let pair = try pair()
        #expect(failure { try pair.client.renewKey() }?.code == .misuse)
        pair.pump()
        for round: UInt8 in 0..<5 {
            try Pair.seal([round], with: pair.client)
            try pair.client.renewKey()
            try Pair.seal([round, round], with: pair.client)
            try pair.server.renewKey()
            try Pair.seal([round], with: pair.server)
            let outcome = pair.pump()
            #expect(outcome.client == nil && outcome.server == nil)
        }
        #expect(pair.atServer == (0..<5).flatMap { [$0, $0, $0] })
        #expect(pair.atClient == Array(0..<5))
    }

    @Test("What the delivery throws comes out, and the session is over")
    func deliveryFails() throws {
        let pair = try pair()
        pair.pump()
        try Pair.seal([1], with: pair.client)
        let bytes = Pair.take(pair.client)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 1)
        defer { buffer.deallocate() }
        do {
            try bytes.withUnsafeBytes { input in
                try pair.server.unseal(input, into: buffer) {
                    (_: UnsafeRawBufferPointer) throws(OperatorError) in
                    throw OperatorError(.internal, "mine")
                }
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect((error as? OperatorError)?.message == "mine")
        }
        #expect(failure { try Pair.unseal([1], with: pair.server) }?.code == .misuse)
    }

    @Test("One flipped bit of a record ends the session on both sides")
    func tampered() throws {
        let pair = try pair()
        pair.pump()
        try Pair.seal([UInt8](repeating: 7, count: 1000), with: pair.client)
        pair.tamper = { bytes in if bytes.count > 500 { bytes[500] ^= 1 } }
        let outcome = pair.pump()
        #expect(outcome.server?.code == .tampered)
        #expect(outcome.client?.code == .tampered)
        #expect(pair.atServer.isEmpty)
        #expect(failure { try Pair.seal([1], with: pair.server) }?.code == .tampered)
    }

    @Test("A failure of one session is not seen by another of the same thread")
    func isolated() throws {
        let bad = try pair()
        let good = try pair()
        good.pump()
        bad.tamper = { bytes in bytes = Array(bytes.reversed()) }
        #expect(bad.pump().server != nil)
        try Pair.seal([1, 2], with: good.client)
        #expect(good.pump().server == nil)
        #expect(good.atServer == [1, 2])
    }

    @Test("A close notify is told apart from a connection that is cut")
    func closeNotify() throws {
        let pair = try pair()
        pair.pump()
        try Pair.seal([1], with: pair.client)
        pair.client.sendCloseNotify()
        #expect(!pair.server.receivedCloseNotify)
        pair.pump()
        #expect(pair.atServer == [1])
        #expect(pair.server.receivedCloseNotify)
        #expect(failure { try Pair.seal([1], with: pair.client) }?.code == .misuse)
        try Pair.seal([2], with: pair.server)
        pair.pump()
        #expect(pair.atClient == [2])
    }

    @Test("Nothing is sent before the other side is known")
    func notEstablished() throws {
        let pair = try pair()
        #expect(failure { try Pair.seal([1], with: pair.client) }?.code == .misuse)
        #expect(pair.server.peer == nil && pair.server.negotiatedProtocol == nil)
    }
}
