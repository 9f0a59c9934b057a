/// Carries a session to the thread that it belongs to from then on.
///
/// Unchecked because the session is used on one thread after the other: the one that makes it lets it go here.
final class SessionBox: @unchecked Sendable {
    private var session: CatalogSession?

    init(_ session: CatalogSession) { self.session = session }

    func take() -> CatalogSession? {
        defer { session = nil }
        return session
    }
}
