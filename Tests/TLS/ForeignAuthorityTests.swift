import Core
import TLS
import Testing

@Suite("Certificates of one's own")
struct ForeignAuthorityTests {
    let tool: CommandLine
    let authority: [Certificate]
    let now: WallTime

    /// An RSA authority with certificates that name no agent and no purpose.
    init() throws {
        tool = try CommandLine()
        _ = try tool.run(
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -subj /CN=Corp -days 9999 -out ca.pem"
        )
        authority = try Certificate.list(pem: try tool.read("ca.pem"))
        now = authority[0].notBefore + .seconds(3600)
    }

    private func identity(_ name: String, file: String) throws -> Identity {
        _ = try tool.run(
            "req -new -newkey rsa:2048 -nodes -keyout \(file).key -subj /O=Corp/CN=\(name) "
                + "-out \(file).csr"
        )
        _ = try tool.run(
            "x509 -req -in \(file).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 999 "
                + "-out \(file).pem"
        )
        return try Identity(
            certificatePEM: try tool.read(file + ".pem"),
            keyPEM: try tool.read(file + ".key")
        )
    }

    @Test("They work on both sides")
    func handshake() throws {
        let pair = try Pair(
            client: try TLSContext.client(
                identity: try identity("client", file: "client"),
                trust: .authority(authority)
            ),
            server: try TLSContext.server(
                identity: try identity("server", file: "server"),
                trusting: authority
            ),
            clientTime: now,
            serverTime: now
        )
        let outcome = pair.pump()
        #expect(outcome.client == nil && outcome.server == nil)
        #expect(pair.server.peer?.subject == "CN=client,O=Corp")
        #expect(pair.server.peer?.agentID != nil)
    }

    @Test("An agent's id is that of the subject, so it stays when the certificate is renewed")
    func agentID() throws {
        let first = try identity("client", file: "first").certificate
        let renewed = try identity("client", file: "renewed").certificate
        let other = try identity("other", file: "other").certificate
        #expect(first.agentID != nil && first.fingerprint != renewed.fingerprint)
        #expect(first.agentID == renewed.agentID)
        #expect(first.agentID != other.agentID)
    }

    @Test("Such an authority can issue agents' certificates")
    func issue() throws {
        let foreign = try CertificateAuthority(
            certificate: authority[0],
            key: try PrivateKey(pem: try tool.read("ca.key"))
        )
        let issued = try Fixture.agent(of: foreign, at: now)
        try tool.write(issued.certificate.pem, to: "issued.pem")
        let verify = "verify -purpose sslclient -attime \(now.seconds) -CAfile ca.pem issued.pem"
        #expect(try tool.run(verify) == "issued.pem: OK\n")
        #expect(issued.certificate.agentID == Fixture.agentID)
    }
}
