import Core
import Platform
import TLS
import TestSupport

/// Two connected sockets, and what each end needs for TLS.
struct Wiring {
    let connecting: StreamSocket
    let accepted: StreamSocket
    let client: TLSContext
    let server: TLSContext

    init() throws {
        let authority = try CertificateAuthority.create(
            name: "Authority",
            now: Clock.wall(),
            validity: .days(2)
        )
        server = try Wiring.server(authority)
        client = try Wiring.client(authority)
        let listening = try ListeningSocket(
            address: .ipv4(0x7f00_0001, port: 0),
            backlog: 4,
            reusePort: false
        )
        connecting = try StreamSocket.connect(to: .ipv4(0x7f00_0001, port: listening.localPort))
        var accepted: StreamSocket?
        for _ in 0..<100_000 where accepted == nil { accepted = try listening.accept() }
        guard let accepted else { throw TestFailure("nothing connected") }
        self.accepted = accepted
    }

    private static func server(_ authority: CertificateAuthority) throws -> TLSContext {
        let key = try PrivateKey.generate()
        let certificate = try authority.issueServer(
            key: key,
            hostNames: ["localhost"],
            addresses: ["127.0.0.1"],
            now: Clock.wall(),
            validity: .days(1)
        )
        return try TLSContext.server(
            identity: Identity(certificates: [certificate, authority.certificate], key: key),
            trusting: [authority.certificate]
        )
    }

    private static func client(_ authority: CertificateAuthority) throws -> TLSContext {
        let key = try PrivateKey.generate()
        let certificate = try authority.issueAgent(
            CertificateRequest(key: key, name: "u@laptop"),
            agent: AgentID(high: 1, low: 2),
            name: "u@laptop",
            now: Clock.wall(),
            validity: .days(1)
        )
        return try TLSContext.client(
            identity: Identity(certificates: [certificate], key: key),
            trust: .authority([authority.certificate])
        )
    }
}
