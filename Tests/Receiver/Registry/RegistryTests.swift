import Core
import SQL
import Shipping
import Testing

@testable import Receiver

@Suite("What the receiver knows of its agents")
struct RegistryTests {
    private let folder: ScratchFolder
    private let registry: Registry
    private var path: BytePath { folder.path.appending("receiver.db") }
    private let secret = Samples.digest(1)
    private let key = Samples.digest(2)

    init() throws {
        folder = try ScratchFolder()
        registry = try Registry(path: folder.path.appending("receiver.db"))
    }

    private func agent(_ number: UInt64, _ name: String = "u@laptop") -> EnrolledAgent {
        EnrolledAgent(
            id: AgentID(high: 0, low: number),
            name: name,
            owner: "u",
            enrolled: Samples.time
        )
    }

    private func time(_ seconds: Int64) -> WallTime {
        WallTime(nanoseconds: seconds * 1_000_000_000)
    }

    @Test("Agents of one name are told apart by a number")
    func names() throws {
        #expect(try registry.enrol(agent(1)).name == "u@laptop")
        #expect(try registry.enrol(agent(2)).name == "u@laptop-2")
        #expect(try registry.enrol(agent(3)).name == "u@laptop-3")
        #expect(try registry.enrol(agent(4, "other")).name == "other")
        #expect(
            try registry.agents().map(\.name) == ["other", "u@laptop", "u@laptop-2", "u@laptop-3"]
        )
    }

    @Test("An id that is enrolled is not enrolled again")
    func twice() throws {
        _ = try registry.enrol(agent(1))
        #expect(throws: OperatorError.self) { try registry.enrol(agent(1, "other")) }
        #expect(try registry.agents().count == 1)
    }

    @Test("A token is new, then good again for its key alone, and unknown where nobody made it")
    func redeem() throws {
        let now = time(100)
        #expect(try registry.redeem(secretHash: secret, keyHash: key, now: now) == .unknown)
        try registry.addToken(secretHash: secret, owner: "u", created: time(1), expires: time(200))
        #expect(try registry.redeem(secretHash: secret, keyHash: key, now: now) == .new(owner: "u"))
        #expect(try registry.redeem(secretHash: secret, keyHash: key, now: now) == .new(owner: "u"))
        let admitted = try registry.admit(agent(1), secretHash: secret, keyHash: key)
        #expect(
            try registry.redeem(secretHash: secret, keyHash: key, now: now) == .again(admitted.id)
        )
        let other = Samples.digest(3)
        #expect(try registry.redeem(secretHash: secret, keyHash: other, now: now) == .used)
    }

    @Test("A token ends at its time, used or not", arguments: [false, true])
    func expiry(_ isUsed: Bool) throws {
        try registry.addToken(secretHash: secret, owner: "u", created: time(1), expires: time(200))
        if isUsed { _ = try registry.admit(agent(1), secretHash: secret, keyHash: key) }
        let last = WallTime(nanoseconds: time(200).nanoseconds - 1)
        #expect(try registry.redeem(secretHash: secret, keyHash: key, now: last) != .expired)
        #expect(try registry.redeem(secretHash: secret, keyHash: key, now: time(200)) == .expired)
    }

    @Test("An admission that fails leaves the token unspent and nobody enrolled")
    func admission() throws {
        try registry.addToken(secretHash: secret, owner: "u", created: time(1), expires: time(200))
        try registry.run("DROP TABLE audit")
        #expect(throws: OperatorError.self) {
            try registry.admit(agent(1), secretHash: secret, keyHash: key)
        }
        #expect(try registry.agents().isEmpty)
        #expect(
            try registry.redeem(secretHash: secret, keyHash: key, now: time(2)) == .new(owner: "u")
        )
    }

    @Test(
        "An agent is revoked by its name or its id, once, and nobody by another",
        arguments: [true, false]
    )
    func revoke(_ byName: Bool) throws {
        let id = try registry.enrol(agent(7)).id
        _ = try registry.enrol(agent(8))
        #expect(try !registry.revoke("nobody", at: time(5)))
        #expect(try registry.revoke(byName ? "u@laptop" : id.description, at: time(5)))
        #expect(try registry.revoke("u@laptop", at: time(9)))
        let revoked = try registry.agents().filter { $0.revoked != nil }
        #expect(revoked.map(\.id) == [id])
        #expect(revoked.first?.revoked == time(5))
    }

    @Test(
        "Nonces are read as they were stored",
        arguments: [
            NonceChain(),
            NonceChain(current: Nonce(high: 1, low: 2), previous: Nonce(high: 3, low: 4)),
            NonceChain(current: Nonce(high: 1, low: 2), confirmed: true),
            NonceChain(
                current: Nonce(high: .max, low: .max),
                previous: Nonce(high: 3, low: 4),
                confirmed: false,
                isStale: true,
                abandoned: (1...16).map { Nonce(high: $0, low: $0 << 8) }
            ),
        ]
    )
    func nonces(_ chain: NonceChain) throws {
        let id = try registry.enrol(agent(1)).id
        _ = try registry.enrol(agent(2))
        try registry.store(chain, of: id)
        let agents = try Registry(path: path).agents()
        #expect(agents.first { $0.id == id }?.nonces == chain)
        #expect(agents.first { $0.id != id }?.nonces == NonceChain())
    }

    @Test("What is learnt of an agent is read back")
    func facts() throws {
        var expected = try registry.enrol(agent(1))
        expected.host = "laptop"
        expected.system = "Debian"
        expected.version = "1"
        expected.seen = time(3)
        expected.certificateExpires = time(4)
        expected.cloned = time(5)
        try registry.saw(expected.id, host: "laptop", system: "Debian", version: "1", at: time(3))
        try registry.renewed(expected.id, expires: time(4))
        try registry.sawClone(of: expected.id, at: time(5))
        #expect(try Registry(path: path).agents() == [expected])
    }

    @Test("A database of a newer program is refused, and says what to do")
    func newer() throws {
        try registry.run("PRAGMA user_version = 99")
        let error = #expect(throws: OperatorError.self) { try Registry(path: path) }
        #expect(error?.cause?.contains("newer program") == true)
    }

    @Test("What another process changed is taken over, and what is newer here is kept")
    func refresh() {
        var known = agent(1)
        known.nonces = NonceChain(current: Nonce(high: 1, low: 1))
        known.host = "laptop"
        let directory = Directory([known])
        var stored = agent(1, "renamed")
        stored.revoked = Samples.time
        directory.refresh([stored, agent(2)])
        #expect(directory[known.id]?.revoked == Samples.time)
        #expect(directory[known.id]?.name == "renamed")
        #expect(directory[known.id]?.nonces == known.nonces)
        #expect(directory[known.id]?.host == "laptop")
        #expect(directory.all.count == 2)
    }
}
