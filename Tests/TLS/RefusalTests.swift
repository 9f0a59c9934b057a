import Core
import TLS
import Testing

@Suite("Refusals say why in one line")
struct RefusalTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func pair(
        _ client: TLSContext,
        clientTime: WallTime = Fixture.now,
        serverTime: WallTime = Fixture.now
    ) throws -> Pair {
        try Pair(
            client: client,
            server: try fixture.serverContext(),
            clientTime: clientTime,
            serverTime: serverTime
        )
    }

    private func isOneLine(_ error: TLSError?) -> Bool {
        error.map { !$0.description.contains("\n") && $0.remedy != nil } ?? false
    }

    @Test(
        "An agent's certificate that expired lately is let in and reported",
        arguments: [1, 60, 89]
    )
    func expiredWithinGrace(_ days: Int64) throws {
        let later = Fixture.now + Fixture.year + .seconds(days * 86400)
        let receiver = try Fixture.receiver(of: fixture.authority, at: later)
        let pair = try Pair(
            client: try fixture.clientContext(),
            server: try TLSContext.server(
                identity: receiver,
                trusting: [fixture.authority.certificate]
            ),
            clientTime: later,
            serverTime: later
        )
        let outcome = pair.pump()
        #expect(outcome.client == nil && outcome.server == nil)
        #expect(pair.server.peer?.isExpired == true)
        #expect(pair.server.peer?.agentID == Fixture.agentID)
    }

    @Test("An agent's certificate that expired long ago is refused on both sides")
    func expiredBeyondGrace() throws {
        let later = Fixture.now + Fixture.year + .seconds(91 * 86400)
        let outcome = try pair(try fixture.clientContext(), serverTime: later).pump()
        #expect(outcome.server?.code == .certificateExpired)
        #expect(
            outcome.server?.message.contains("expired on 2027-11-21 (it is 2028-02-20 here)")
                == true
        )
        #expect(outcome.client?.code == .certificateExpired)
        #expect(isOneLine(outcome.server) && isOneLine(outcome.client))
    }

    @Test("An expired certificate of another authority is not excused")
    func expiredAndUnknown() throws {
        let other = try Fixture()
        let later = Fixture.now + Fixture.year + .seconds(86400)
        let client = try TLSContext.client(
            identity: other.agent,
            trust: .authority([fixture.authority.certificate])
        )
        let outcome = try pair(client, serverTime: later).pump()
        #expect(outcome.server?.code == .unknownAuthority)
    }

    @Test("A clock that is behind makes the agent's certificate not yet valid")
    func agentNotYetValid() throws {
        let outcome = try pair(
            try fixture.clientContext(),
            serverTime: Fixture.now + .seconds(-86400)
        ).pump()
        #expect(outcome.server?.code == .certificateNotYetValid)
        #expect(outcome.server?.remedy?.contains("clock") == true)
        #expect(outcome.client?.code == .certificateInvalid)
        #expect(outcome.client?.remedy?.contains("clock") == true)
    }

    @Test("A receiver's certificate is judged by the agent's clock")
    func receiverTimes() throws {
        let client = try fixture.clientContext()
        let late = try pair(client, clientTime: Fixture.now + Fixture.year * 2).pump()
        #expect(late.client?.code == .certificateExpired)
        #expect(late.server?.code == .certificateExpired)
        let early = try pair(client, clientTime: WallTime(nanoseconds: 0)).pump()
        #expect(early.client?.code == .certificateNotYetValid)
        #expect(early.client?.message.contains("(it is 1970-01-01 here)") == true)
        #expect(isOneLine(early.client))
    }

    @Test("An agent of another authority is refused, of the same name too")
    func unknownAuthority() throws {
        let other = try Fixture()
        let client = try TLSContext.client(
            identity: other.agent,
            trust: .authority([fixture.authority.certificate])
        )
        let outcome = try pair(client).pump()
        #expect(outcome.server?.code == .unknownAuthority)
        #expect(outcome.client?.code == .unknownAuthority)
        #expect(isOneLine(outcome.server) && isOneLine(outcome.client))
    }

    @Test("A receiver of another authority is refused")
    func unknownReceiver() throws {
        let other = try Fixture()
        let client = try TLSContext.client(
            identity: fixture.agent,
            trust: .authority([other.authority.certificate])
        )
        let outcome = try pair(client).pump()
        #expect(outcome.client?.code == .unknownAuthority)
        #expect(outcome.server?.code == .unknownAuthority)
    }

    @Test("An agent without a certificate cannot ship")
    func noCertificate() throws {
        let client = try TLSContext.client(
            identity: nil,
            trust: .authority([fixture.authority.certificate])
        )
        let outcome = try pair(client).pump()
        #expect(outcome.server?.code == .certificateRequired)
        #expect(outcome.client?.code == .certificateRequired)
        #expect(isOneLine(outcome.client))
    }

    @Test("A receiver's certificate proves no agent, and an agent's no receiver")
    func purpose() throws {
        let asClient = try TLSContext.client(
            identity: fixture.receiver,
            trust: .authority([fixture.authority.certificate])
        )
        #expect(try pair(asClient).pump().server?.code == .certificateInvalid)
        let asServer = try TLSContext.server(
            identity: fixture.agent,
            trusting: [fixture.authority.certificate]
        )
        let pair = try Pair(client: try fixture.clientContext(), server: asServer)
        #expect(pair.pump().client?.code == .certificateInvalid)
    }

    @Test("Whoever joins is nobody, also with a certificate", arguments: [true, false])
    func joining(_ hasIdentity: Bool) throws {
        let client = try TLSContext.client(
            identity: hasIdentity ? fixture.agent : nil,
            trust: .fingerprint(fixture.authority.certificate.fingerprint),
            protocols: [.joining]
        )
        let pair = try pair(client)
        let outcome = pair.pump()
        #expect(outcome.client == nil && outcome.server == nil)
        #expect(pair.server.isEstablished && pair.server.negotiatedProtocol == "tailship-join/1")
        #expect(pair.server.peer == nil)
        #expect(pair.client.peer?.subject == "CN=llm-server")
    }

    @Test(
        "A pinned fingerprint is that of the authority, of the same name or not",
        arguments: [true, false]
    )
    func pinned(_ isOther: Bool) throws {
        let other = try Fixture()
        let digest = isOther ? other.authority.certificate.fingerprint : SHA256.digest(of: [])
        let client = try TLSContext.client(
            identity: nil,
            trust: .fingerprint(digest),
            protocols: [.joining]
        )
        let outcome = try pair(client).pump()
        #expect(outcome.client?.code == .fingerprintMismatch)
        #expect(isOneLine(outcome.client))
    }

    @Test("A chain that only carries the pinned authority is not of it")
    func pinnedButNotIssued() throws {
        let other = try Fixture()
        let forged = try Identity(
            certificates: [other.receiver.certificate, fixture.authority.certificate],
            key: other.receiver.key
        )
        let server = try TLSContext.server(identity: forged, trusting: [])
        let client = try TLSContext.client(
            identity: nil,
            trust: .fingerprint(fixture.authority.certificate.fingerprint),
            protocols: [.joining]
        )
        let pair = try Pair(client: client, server: server)
        #expect(pair.pump().client?.code == .unknownAuthority)
        #expect(!pair.client.isEstablished)
    }

    @Test(
        "A client with other protocols, or none that fits, is refused",
        arguments: ["http/1.1", "tailship/2"]
    )
    func wrongProtocol(_ name: String) throws {
        let client = try TLSContext.client(
            identity: fixture.agent,
            trust: .authority([fixture.authority.certificate]),
            protocols: [ApplicationProtocol(name: name, requiresClientCertificate: false)]
        )
        let outcome = try pair(client).pump()
        #expect(outcome.server?.code == .protocolMismatch)
        #expect(outcome.client?.code == .protocolMismatch)
        #expect(isOneLine(outcome.server) && isOneLine(outcome.client))
    }

    @Test(
        "Plain text on the port of TLS is recognised",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP"), ("POST /x HTTP/1.1\r\n\r\n", "HTTP"),
            ("SSH-2.0-OpenSSH_9.2\r\n", "SSH"), ("hello, are you there?", "begins with hello"),
            ("\0\0\0\0\0\0\0\0\0\0\0\0", "\\x00"),
        ]
    )
    func plainText(_ text: String, _ words: String) throws {
        let server = try TLSSession(try fixture.serverContext(), now: Fixture.now)
        let error = failure { try Pair.unseal(Array(text.utf8), with: server) }
        #expect(error?.code == .plainText)
        #expect(error?.message.contains(words) == true)
        #expect(isOneLine(error))
    }

    @Test("A server that answers in plain text is recognised")
    func plainServer() throws {
        let client = try TLSSession(try fixture.clientContext(), now: Fixture.now)
        let error = failure {
            try Pair.unseal(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), with: client)
        }
        #expect(error?.code == .plainText)
        #expect(error?.remedy?.contains("7625") == true)
    }

    @Test(
        "A host name is checked where one is given",
        arguments: [
            ("llm-server", true), ("LLM-server.example", true), ("192.0.2.1", true),
            ("2001:db8::1", true),
            ("other", false), ("192.0.2.2", false),
        ]
    )
    func hostName(_ name: String, _ fits: Bool) throws {
        let client = try TLSContext.client(
            identity: fixture.agent,
            trust: .authority([fixture.authority.certificate]),
            hostName: name
        )
        let outcome = try pair(client).pump()
        #expect(outcome.client?.code == (fits ? nil : .hostNameMismatch))
    }

    @Test("The machine's authorities do not know the receiver's")
    func system() throws {
        let client = try TLSContext.client(identity: nil, trust: .system, hostName: "llm-server")
        #expect(try pair(client).pump().client?.code == .unknownAuthority)
        #expect(failure { try TLSContext.client(identity: nil, trust: .system) }?.code == .misuse)
    }
}
