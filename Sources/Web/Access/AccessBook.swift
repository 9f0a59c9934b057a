import Core
import Platform
import Synchronization

/// Who may come in: all logins in memory, with their keeper behind them.
package final class AccessBook: Sendable {
    private let records = Mutex<[Digest: AccessRecord]>([:])
    private let keeper: any AccessKeeper
    /// Called with the logins that are no more.
    private let ended: Mutex<(@Sendable (Set<String>) -> Void)?> = Mutex(nil)

    /// The longest that a login or a token may last.
    static let longest = Duration.days(366)
    /// How long a link can be used.
    static let linkValid = Duration.seconds(600)

    /// Reads what is kept.
    package init(_ keeper: any AccessKeeper) throws(OperatorError) {
        self.keeper = keeper
        try reload()
    }

    /// Reads again what is kept: another process may have changed it.
    package func reload() throws(OperatorError) { take(try keeper.records()) }

    /// Takes over what is kept.
    package func take(_ all: [AccessRecord]) {
        let now = Clock.wall()
        var kept: [Digest: AccessRecord] = [:]
        for record in all where record.isSound {
            if record.expires > now { kept[record.hash] = record }
        }
        let gone = records.withLock { records in
            let gone = Set(records.values.map(\.id)).subtracting(kept.values.map(\.id))
            records = kept
            return gone
        }
        tell(gone)
    }

    /// `body` is told which logins ended, from any thread.
    func onEnd(_ body: @escaping @Sendable (Set<String>) -> Void) {
        ended.withLock { $0 = body }
    }

    private func tell(_ gone: Set<String>) {
        guard !gone.isEmpty else { return }
        ended.withLock { $0 }?(gone)
    }

    var all: [AccessRecord] {
        records.withLock { $0.values.sorted { ($0.created, $0.id) > ($1.created, $1.id) } }
    }

    /// Who shows this secret of a login or a token; nil for nobody.
    func identity(_ secret: String, _ kind: AccessRecord.Kind, now: WallTime) -> Identity? {
        guard let token = AccessToken(secret),
            let record = records.withLock({ $0[token.hash] }),
            record.kind == kind, record.expires > now
        else { return nil }
        return record.identity
    }

    /// Makes a login of a link's secret, which is good no more then; nil for a secret that is not.
    func redeem(
        _ secret: String,
        now: WallTime
    ) throws(OperatorError) -> (token: AccessToken, identity: Identity)? {
        guard let token = AccessToken(secret) else { return nil }
        let link = records.withLock { records -> AccessRecord? in
            guard let link = records[token.hash], link.kind == .link, link.used == nil,
                link.expires > now
            else { return nil }
            records[token.hash] = nil
            return link
        }
        guard var link else { return nil }
        let login = AccessToken()
        let record = AccessRecord(
            id: AccessBook.number(),
            kind: .session,
            hash: login.hash,
            role: link.role,
            owner: link.owner,
            name: link.name,
            created: now,
            expires: now + link.loginValid
        )
        link.used = now
        // First that it is used: a link is never good twice, whatever fails.
        try keeper.keep(link, audit: "link used by \(record.id)")
        try keeper.keep(record, audit: "login of \(link.name), \(link.role.rawValue)")
        records.withLock { $0[login.hash] = record }
        return (login, record.identity)
    }

    /// Makes a link or a token for programs.
    package func make(
        _ kind: AccessRecord.Kind,
        role: Role,
        owner: String?,
        name: String,
        valid: Duration,
        now: WallTime
    ) throws(OperatorError) -> (token: AccessToken, record: AccessRecord) {
        guard valid > .zero, valid <= AccessBook.longest else {
            throw OperatorError(.usage, "a login lasts at least a second and at most 366d")
        }
        let token = AccessToken()
        let record = AccessRecord(
            id: AccessBook.number(),
            kind: kind,
            hash: token.hash,
            role: role,
            owner: owner,
            name: name,
            created: now,
            expires: now + (kind == .link ? AccessBook.linkValid : valid),
            loginValid: valid
        )
        guard record.isSound else {
            throw OperatorError(
                .usage,
                "the role viewer-own needs an owner",
                remedy: "Whose conversations may be seen? --owner NAME"
            )
        }
        try keeper.keep(record, audit: "\(kind.rawValue) made for \(name), \(role.rawValue)")
        records.withLock { $0[token.hash] = record }
        return (token, record)
    }

    /// Takes one back; false when there is none.
    func revoke(_ id: String) throws(OperatorError) -> Bool {
        guard records.withLock({ $0.values.contains { $0.id == id } }) else { return false }
        try keeper.remove(id, audit: "access \(id) revoked")
        records.withLock { records in
            for (hash, record) in records where record.id == id { records[hash] = nil }
        }
        tell([id])
        return true
    }

    private static func number() -> String { Hex.encode(Entropy.uint64()) }
}
