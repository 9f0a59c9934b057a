import Core
import TLS
import Testing

@Suite("Handshakes of strangers")
struct HostileHandshakeTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    @Test("A greeting that was changed anywhere leads to no session", arguments: 0..<16)
    func changed(_ phase: Int) throws {
        let client = try fixture.clientContext()
        let server = try fixture.serverContext()
        // Behind the record's header, whose version nobody looks at.
        var offset = 5 + phase
        var length = Int.max
        while offset < length {
            let pair = try Pair(client: client, server: server)
            length = pair.client.pendingOutputCount
            var isFirst = true
            pair.tamper = { bytes in
                if isFirst { bytes[offset] ^= 0x10 }
                isFirst = false
            }
            pair.pump()
            #expect(!pair.server.isEstablished)
            #expect(pair.server.peer == nil)
            offset += 16
        }
    }

    /// A client's greeting of TLS 1.2 with one cipher suite and these extensions.
    private func greeting(_ extensions: [UInt8]) -> [UInt8] {
        let body =
            [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0, 2, 0xc0, 0x2b, 1, 0]
            + [0, UInt8(extensions.count)] + extensions
        return [22, 3, 1, 0, UInt8(body.count + 4), 1, 0, 0, UInt8(body.count)] + body
    }

    @Test("A client that names no protocol is refused at once")
    func noProtocol() throws {
        let server = try TLSSession(try fixture.serverContext(), now: Fixture.now)
        #expect(failure { try Pair.unseal(greeting([]), with: server) }?.code == .protocolMismatch)
        #expect(server.pendingOutputCount > 0)
    }

    @Test("A client of TLS 1.2 is told apart")
    func oldVersion() throws {
        let server = try TLSSession(try fixture.serverContext(), now: Fixture.now)
        let name = Array("tailship/1".utf8)
        let count = UInt8(name.count)
        let protocols = [0, 16, 0, count + 3, 0, count + 1, count] + name
        let error = failure { try Pair.unseal(greeting(protocols), with: server) }
        #expect(error?.code == .versionUnsupported)
        #expect(error?.message.contains("TLS 1.3") == true)
    }

    @Test("A session that failed fails again with the same error")
    func again() throws {
        let server = try TLSSession(try fixture.serverContext(), now: Fixture.now)
        let first = failure { try Pair.unseal(Array("GET / HTTP/1.1".utf8), with: server) }
        let second = failure { try Pair.unseal(greeting([]), with: server) }
        #expect(first != nil && first == second)
    }

    @Test("Threads share a context")
    func threads() async throws {
        let client = try fixture.clientContext()
        let server = try fixture.serverContext()
        let established = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try (0..<20).reduce(0) { sum, _ in
                        let pair = try Pair(client: client, server: server)
                        pair.pump()
                        return sum + (pair.server.peer?.agentID == Fixture.agentID ? 1 : 0)
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(established == 160)
    }
}
