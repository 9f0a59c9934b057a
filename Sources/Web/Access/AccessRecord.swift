import Core

/// A login, a link that makes one, or a token for programs, as it is stored: without its secret.
package struct AccessRecord: Sendable, Hashable {
    /// What it is.
    package enum Kind: String, Sendable, Hashable {
        /// Good once; the login that it makes is a `session`.
        case link
        case session
        case bearer
    }

    /// 16 hexadecimal digits, for people; no secret.
    package var id: String
    package var kind: Kind
    /// SHA-256 of the secret.
    package var hash: Digest
    package var role: Role
    package var owner: String?
    package var name: String
    package var created: WallTime
    package var expires: WallTime
    package var used: WallTime?
    /// Of a link: how long the login lasts that it makes.
    package var loginValid: Duration

    package init(
        id: String,
        kind: Kind,
        hash: Digest,
        role: Role,
        owner: String?,
        name: String,
        created: WallTime,
        expires: WallTime,
        used: WallTime? = nil,
        loginValid: Duration = .zero
    ) {
        self.id = id
        self.kind = kind
        self.hash = hash
        self.role = role
        self.owner = owner
        self.name = name
        self.created = created
        self.expires = expires
        self.used = used
        self.loginValid = loginValid
    }

    /// Whether it can be what it says: a role of one's own needs an owner.
    package var isSound: Bool { role != .viewerOwn || !(owner ?? "").isEmpty }

    var identity: Identity {
        Identity(role: role, owner: owner, name: name, expires: expires, access: id)
    }
}
