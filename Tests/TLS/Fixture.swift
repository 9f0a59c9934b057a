import Core
import TLS

/// An authority, a receiver and an agent, all issued at `Fixture.now`.
struct Fixture {
    static let now = WallTime(nanoseconds: 1_795_226_400_000_000_000)  // 2026-11-21 02:00 UTC
    static let year = Duration.seconds(365 * 86400)
    static let agentID = AgentID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)

    let authority: CertificateAuthority
    let receiver: Identity
    let agent: Identity

    init() throws {
        authority = try CertificateAuthority.create(
            name: "Tailship authority",
            now: Fixture.now,
            validity: Fixture.year * 20
        )
        receiver = try Fixture.receiver(of: authority)
        agent = try Fixture.agent(of: authority)
    }

    static func receiver(
        of authority: CertificateAuthority,
        at now: WallTime = now
    ) throws -> Identity {
        let key = try PrivateKey.generate()
        let certificate = try authority.issueServer(
            key: key,
            hostNames: ["llm-server", "llm-server.example"],
            addresses: ["192.0.2.1", "2001:db8::1"],
            now: now,
            validity: year
        )
        return try Identity(certificates: [certificate, authority.certificate], key: key)
    }

    static func agent(
        of authority: CertificateAuthority,
        at now: WallTime = now
    ) throws -> Identity {
        let key = try PrivateKey.generate()
        let certificate = try authority.issueAgent(
            try CertificateRequest(key: key, name: "u@laptop"),
            agent: agentID,
            name: "u@laptop",
            now: now,
            validity: year
        )
        return try Identity(certificates: [certificate], key: key)
    }

    func serverContext() throws -> TLSContext {
        try TLSContext.server(identity: receiver, trusting: [authority.certificate])
    }

    func clientContext() throws -> TLSContext {
        try TLSContext.client(identity: agent, trust: .authority([authority.certificate]))
    }
}

/// Two sessions with a wire between them.
final class Pair {
    let client: TLSSession
    let server: TLSSession
    /// What each side has received and decrypted.
    var atClient: [UInt8] = []
    var atServer: [UInt8] = []
    /// Bytes that are handed over at once; the rest waits for the next call.
    var step = Int.max
    /// Changes what goes to the server.
    var tamper: (inout [UInt8]) -> Void = { _ in }

    init(
        client: TLSContext,
        server: TLSContext,
        clientTime: WallTime = Fixture.now,
        serverTime: WallTime = Fixture.now
    ) throws {
        self.client = try TLSSession(client, now: clientTime)
        self.server = try TLSSession(server, now: serverTime)
    }

    /// What became of both ends.
    struct Outcome {
        var client: TLSError?
        var server: TLSError?
    }

    /// Carries bytes to and fro until nothing is pending.
    @discardableResult
    func pump() -> Outcome {
        var outcome = Outcome()
        while client.pendingOutputCount + server.pendingOutputCount > 0 {
            var toServer = Pair.take(client)
            tamper(&toServer)
            outcome.server = outcome.server ?? feed(toServer, to: server, &atServer)
            outcome.client = outcome.client ?? feed(Pair.take(server), to: client, &atClient)
        }
        return outcome
    }

    private func feed(
        _ bytes: [UInt8],
        to session: TLSSession,
        _ received: inout [UInt8]
    ) -> TLSError? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(step))
            rest = rest.dropFirst(piece.count)
            do throws(TLSError) {
                received += try Pair.unseal(piece, with: session)
            } catch {
                return error
            }
        }
        return nil
    }

    static func unseal(_ bytes: [UInt8], with session: TLSSession) throws(TLSError) -> [UInt8] {
        var received: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16384, alignment: 16)
        defer { buffer.deallocate() }
        // Own memory, as a closure that passes an array's pointer on cannot throw one kind of error only.
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        defer { input.deallocate() }
        input.copyBytes(from: bytes)
        try session.unseal(UnsafeRawBufferPointer(input), into: buffer) {
            (piece: UnsafeRawBufferPointer) throws(TLSError) in received += piece
        }
        return received
    }

    static func take(_ session: TLSSession) -> [UInt8] {
        let bytes = session.withPendingOutput { [UInt8]($0) }
        session.consumeOutput(bytes.count)
        return bytes
    }

    static func seal(_ bytes: [UInt8], with session: TLSSession) throws {
        try bytes.withUnsafeBytes { try session.seal($0) }
    }
}

/// The TLS error that `body` throws; nil when it throws none.
func failure<Result>(_ body: () throws -> Result) -> TLSError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? TLSError
    }
}
