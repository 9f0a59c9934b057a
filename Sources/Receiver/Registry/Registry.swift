import Core
import SQL
import Shipping

/// The agents and join tokens that this receiver knows, in SQLite.
///
/// It belongs to one thread at a time; each change is durable when the call returns.
package final class Registry {
    let database: Connection

    /// Opens or makes `receiver.db`; a schema newer than this program is refused.
    package init(path: BytePath) throws(OperatorError) {
        do throws(SQLError) {
            database = try Connection(
                path: path,
                options: ConnectionOptions(
                    journalMode: .wal,
                    synchronous: .full,
                    cacheKiB: 1024,
                    incrementalVacuum: true
                )
            )
            try RegistrySchema.migrations.apply(to: database)
        } catch {
            throw OperatorError(error)
        }
    }

    // MARK: Agents

    /// All agents by name, the revoked ones too.
    package func agents() throws(OperatorError) -> [EnrolledAgent] {
        try perform { () throws(SQLError) in
            try database.prepare(
                """
                SELECT id, name, owner, host, system, version, enrolled, seen, certificate_expires,
                    revoked, cloned, nonce_current, nonce_previous, nonce_state, nonces_abandoned
                FROM agents ORDER BY name
                """
            ).all { (row) throws(SQLError) in Registry.agent(row) }.compactMap { $0 }
        }
    }

    /// Enrols an agent under the first free name of `name`, `name-2`, `name-3` and so on.
    package func enrol(_ agent: EnrolledAgent) throws(OperatorError) -> EnrolledAgent {
        var agent = agent
        let taken = Set(try agents().map(\.name))
        let wanted = agent.name
        var suffix = 2
        while taken.contains(agent.name) {
            agent.name = "\(wanted)-\(suffix)"
            suffix += 1
        }
        try run(
            "INSERT INTO agents (id, name, owner, enrolled, certificate_expires) VALUES (?, ?, ?, ?, ?)",
            agent.id.bytes,
            agent.name,
            agent.owner,
            agent.enrolled.nanoseconds,
            agent.certificateExpires?.nanoseconds
        )
        return agent
    }

    /// Enrols an agent with a token, which from now on only it and this key may use again.
    ///
    /// All or nothing: a token that let somebody in is never left unspent.
    package func admit(
        _ agent: EnrolledAgent,
        secretHash: Digest,
        keyHash: Digest
    ) throws(OperatorError) -> EnrolledAgent {
        try database.transaction { () throws(OperatorError) in
            let enrolled = try enrol(agent)
            try spend(secretHash: secretHash, on: agent.id, keyHash: keyHash)
            try audit(
                "agent enrolled",
                "\(enrolled.name) \(agent.id)",
                at: agent.enrolled
            )
            return enrolled
        }
    }

    /// The agent's nonces, durable before its welcome goes out.
    package func store(_ nonces: NonceChain, of agent: AgentID) throws(OperatorError) {
        try run(
            """
            UPDATE agents SET nonce_current = ?, nonce_previous = ?, nonce_state = ?,
                nonces_abandoned = ? WHERE id = ?
            """,
            nonces.current.bytes,
            nonces.previous.bytes,
            (nonces.confirmed ? 1 : 0) | (nonces.isStale ? 2 : 0),
            nonces.abandoned.flatMap(\.bytes),
            agent.bytes
        )
    }

    /// Notes what an agent told of itself when it connected, and when that was.
    package func saw(
        _ agent: AgentID,
        host: String,
        system: String,
        version: String,
        at time: WallTime
    ) throws(OperatorError) {
        try run(
            "UPDATE agents SET host = ?, system = ?, version = ?, seen = ? WHERE id = ?",
            host,
            system,
            version,
            time.nanoseconds,
            agent.bytes
        )
    }

    /// Notes the end of the certificate that the agent uses from now on.
    package func renewed(_ agent: AgentID, expires: WallTime) throws(OperatorError) {
        try run(
            "UPDATE agents SET certificate_expires = ? WHERE id = ?",
            expires.nanoseconds,
            agent.bytes
        )
    }

    /// Notes that a second machine used the agent's identity and was turned away.
    package func sawClone(of agent: AgentID, at time: WallTime) throws(OperatorError) {
        try run("UPDATE agents SET cloned = ? WHERE id = ?", time.nanoseconds, agent.bytes)
        try audit("clone refused", agent.description, at: time)
    }

    /// Revokes the agent of that name or id; false when there is none.
    package func revoke(_ name: String, at time: WallTime) throws(OperatorError) -> Bool {
        try run(
            "UPDATE agents SET revoked = coalesce(revoked, ?) WHERE name = ? OR lower(hex(id)) = ?",
            time.nanoseconds,
            name,
            name
        )
        guard database.changes > 0 else { return false }
        try audit("agent revoked", name, at: time)
        return true
    }

    // MARK: Tokens

    /// Remembers a join token by the SHA-256 of its secret; the secret itself is nowhere stored.
    package func addToken(
        secretHash: Digest,
        owner: String,
        created: WallTime,
        expires: WallTime
    ) throws(OperatorError) {
        try run(
            "INSERT INTO tokens (secret_hash, owner, created, expires) VALUES (?, ?, ?, ?)",
            secretHash.bytes,
            owner,
            created.nanoseconds,
            expires.nanoseconds
        )
        try audit("token made", "owner \(owner)", at: created)
    }

    /// What a presented token is good for.
    package enum Redemption: Hashable, Sendable {
        /// A new agent of this owner.
        case new(owner: String)
        /// The same key asked before and its answer was lost.
        case again(AgentID)
        case expired
        case used
        case unknown
    }

    /// What the token with this hash is good for, for the key of this digest; it changes nothing.
    package func redeem(
        secretHash: Digest,
        keyHash: Digest,
        now: WallTime
    ) throws(OperatorError) -> Redemption {
        let found = try perform { () throws(SQLError) in
            try database.prepare(
                "SELECT owner, expires, agent, key_hash FROM tokens WHERE secret_hash = ?"
            ).first(secretHash.bytes) { (row) throws(SQLError) in
                (
                    owner: row.text(0), expires: row.int(1), agent: AgentID(bytes: row.blob(2)),
                    key: row.blob(3)
                )
            }
        }
        guard let found else { return .unknown }
        guard found.expires > now.nanoseconds else { return .expired }
        guard let agent = found.agent else { return .new(owner: found.owner) }
        return found.key == keyHash.bytes ? .again(agent) : .used
    }

    private func spend(
        secretHash: Digest,
        on agent: AgentID,
        keyHash: Digest
    ) throws(OperatorError) {
        try run(
            "UPDATE tokens SET agent = ?, key_hash = ? WHERE secret_hash = ?",
            agent.bytes,
            keyHash.bytes,
            secretHash.bytes
        )
    }

    /// Adds a line to the audit table, which nothing ever shortens.
    package func audit(_ action: String, _ detail: String, at time: WallTime) throws(OperatorError)
    {
        try run(
            "INSERT INTO audit (at, action, detail) VALUES (?, ?, ?)",
            time.nanoseconds,
            action,
            detail
        )
    }

    // MARK: Inside

    func run<each V: SQLBindable>(
        _ sql: String,
        _ values: repeat each V
    ) throws(OperatorError) {
        do throws(SQLError) {
            try database.prepare(sql).run(repeat each values)
        } catch {
            throw OperatorError(error)
        }
    }

    func perform<Result>(_ body: () throws(SQLError) -> Result) throws(OperatorError) -> Result {
        do throws(SQLError) {
            return try body()
        } catch {
            throw OperatorError(error)
        }
    }

    private static func agent(_ row: Statement) -> EnrolledAgent? {
        guard let id = AgentID(bytes: row.blob(0)) else { return nil }
        func time(_ column: Int) -> WallTime? {
            row.isNull(column) ? nil : WallTime(nanoseconds: row.int(column))
        }
        var agent = EnrolledAgent(
            id: id,
            name: row.text(1),
            owner: row.text(2),
            enrolled: WallTime(nanoseconds: row.int(6))
        )
        agent.host = row.text(3)
        agent.system = row.text(4)
        agent.version = row.text(5)
        agent.seen = time(7)
        agent.certificateExpires = time(8)
        agent.revoked = time(9)
        agent.cloned = time(10)
        let abandoned = row.blob(14)
        agent.nonces = NonceChain(
            current: Nonce(bytes: row.blob(11)) ?? .none,
            previous: Nonce(bytes: row.blob(12)) ?? .none,
            confirmed: row.int(13) & 1 != 0,
            isStale: row.int(13) & 2 != 0,
            abandoned: stride(from: 0, to: abandoned.count, by: 16).compactMap {
                Nonce(bytes: Array(abandoned[$0..<min($0 + 16, abandoned.count)]))
            }
        )
        return agent
    }
}
