import Core
import Platform
import TLS
import TestSupport
import Testing

@testable import Receiver

@Suite("The receiver's authority")
struct AuthorityTests {
    static func policy(own: Authority.Policy.Own? = nil) -> Authority.Policy {
        Authority.Policy(
            hostNames: ["localhost"],
            addresses: ["127.0.0.1"],
            validity: .days(30),
            renewBefore: .days(10),
            own: own
        )
    }

    private func request() throws -> [UInt8] {
        try CertificateRequest(key: PrivateKey.generate(), name: "u@laptop").der
    }

    @Test("It is made once, and a crash after the start changes nothing about it")
    func once() throws {
        let disk = SimulatedDisk()
        let first = try Authority(disk: disk, policy: AuthorityTests.policy())
        let fingerprint = try #require(first.fingerprint)
        var random = SeededRandom(seed: 5)
        let second = try Authority(
            disk: disk.crash(using: &random),
            policy: AuthorityTests.policy()
        )
        #expect(second.fingerprint == fingerprint)
    }

    @Test("Its key is for its owner only")
    func mode() throws {
        let folder = try ScratchFolder()
        let disk = try LinuxDisk(root: folder.path, links: .refuse)
        _ = try Authority(disk: disk, policy: AuthorityTests.policy())
        #expect(try disk.status("authority/ca.key")?.mode == 0o600)
    }

    @Test(
        "A missing half is explained and nothing is made over the other",
        arguments: [("ca.key", "ca.pem"), ("ca.pem", "ca.key")] as [(BytePath, BytePath)]
    )
    func missingHalf(_ missing: BytePath, _ left: BytePath) throws {
        let disk = SimulatedDisk()
        let folder: BytePath = "authority"
        _ = try Authority(disk: disk, policy: AuthorityTests.policy())
        let before = disk.contents(folder.appending(left))
        try disk.remove(folder.appending(missing))
        let error = #expect(throws: OperatorError.self) {
            try Authority(disk: disk, policy: AuthorityTests.policy())
        }
        #expect(error?.message.contains("authority/\(missing) is missing") == true)
        #expect(error?.remedy?.contains("backup") == true)
        #expect(disk.contents(folder.appending(left)) == before)
        #expect(disk.contents(folder.appending(missing)) == nil)
    }

    @Test("A first start that a power loss stops anywhere begins again, or has made it whole")
    func halfMade() throws {
        var random = SeededRandom(seed: 3)
        var stops = 0
        for count in 1...40 {
            let disk = SimulatedDisk(seed: UInt64(count))
            disk.powerOff(afterOperations: count)
            let first = try? Authority(disk: disk, policy: AuthorityTests.policy())
            if first == nil { stops += 1 }
            let after = disk.crash(using: &random)
            let second = try Authority(disk: after, policy: AuthorityTests.policy())
            if let first { #expect(first.fingerprint == second.fingerprint) }
            let third = try Authority(disk: after, policy: AuthorityTests.policy())
            #expect(second.fingerprint == third.fingerprint)
        }
        #expect(stops > 10 && stops < 40)
    }

    @Test("It issues for the key in the request, for the agent and the time that were asked for")
    func issue() throws {
        let authority = try Authority(disk: SimulatedDisk(), policy: AuthorityTests.policy())
        let request = try request()
        let issued = try authority.issue(request, agent: Samples.agent, name: "u@laptop")
        let chain = try Certificate.list(pem: issued.chain)
        #expect(chain.count == 2)
        #expect(chain.first?.agentID == Samples.agent)
        #expect(chain.first?.publicKeyDigest == (try Authority.keyDigest(of: request)))
        #expect(chain.last?.fingerprint == authority.fingerprint)
        #expect(chain.first?.notAfter == issued.expires)
        #expect(issued.expires > Clock.wall() + .days(29))
    }

    @Test("A request that is none is refused")
    func badRequest() throws {
        let authority = try Authority(disk: SimulatedDisk(), policy: AuthorityTests.policy())
        #expect(throws: OperatorError.self) {
            try authority.issue([1, 2, 3], agent: Samples.agent, name: "u")
        }
        #expect(throws: OperatorError.self) { try Authority.keyDigest(of: [1, 2, 3]) }
    }

    @Test(
        "With certificates of one's own nothing is made and nothing issued, and that is explained"
    )
    func own() throws {
        let foreign = try CertificateAuthority.create(
            name: "Company",
            now: Clock.wall(),
            validity: .days(100)
        )
        let key = try PrivateKey.generate()
        let server = try foreign.issueServer(
            key: key,
            hostNames: ["logs"],
            addresses: [],
            now: Clock.wall(),
            validity: .days(10)
        )
        let disk = SimulatedDisk()
        let authority = try Authority(
            disk: disk,
            policy: AuthorityTests.policy(
                own: Authority.Policy.Own(
                    certificatePEM: server.pem,
                    keyPEM: key.pem,
                    authorityPEM: foreign.certificate.pem
                )
            )
        )
        #expect(authority.fingerprint == nil)
        #expect(authority.authorityPEM == foreign.certificate.pem)
        #expect(disk.files().isEmpty)
        let error = #expect(throws: OperatorError.self) {
            try authority.issue(try request(), agent: Samples.agent, name: "u")
        }
        #expect(error?.remedy?.contains("agent.conf") == true)
    }
}
