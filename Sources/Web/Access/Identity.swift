import Core

/// Who asks.
package struct Identity: Sendable, Hashable {
    package var role: Role
    /// Whose rows are seen; nil for all.
    package var owner: String?
    package var name: String
    package var expires: WallTime?
    /// The login's number; nil where nobody had to log in.
    package var access: String?

    package init(
        role: Role,
        owner: String? = nil,
        name: String,
        expires: WallTime? = nil,
        access: String? = nil
    ) {
        self.role = role
        self.owner = owner
        self.name = name
        self.expires = expires
        self.access = access
    }

    /// Who asks where everything is open.
    static let anybody = Identity(role: .admin, name: "somebody on this machine")

    /// The owner that everything is restricted to.
    var scope: String? { role == .viewerOwn || role == .viewerAggregate ? owner : nil }
}
