import Core
import Platform

/// Decides who asks, and whether a request may be what it seems.
struct AccessGuard: Sendable {
    /// The cookie's name.
    static let cookie = "tailship"

    let hosts: HostNames
    /// Nil where everything is open.
    let book: AccessBook?
    let isSecure: Bool

    /// Who asks; nil for nobody.
    ///
    /// - Throws: 401 for a token that is not good.
    func identity(_ request: HTTPRequest, now: WallTime) throws(APIError) -> Identity? {
        guard let book else { return .anybody }
        if let header = request.headers["authorization"] {
            let words = header.split(separator: " ")
            guard words.count == 2, words[0].lowercased() == "bearer",
                let identity = book.identity(String(words[1]), .bearer, now: now)
            else {
                throw APIError(401, "login", "this token is not good, or good no more")
            }
            return identity
        }
        guard let secret = AccessGuard.cookie(request) else { return nil }
        return book.identity(secret, .session, now: now)
    }

    /// The secret in the cookie.
    static func cookie(_ request: HTTPRequest) -> String? {
        for pair in (request.headers["cookie"] ?? "").split(separator: ";") {
            let text = pair.drop { $0 == " " }
            if text.hasPrefix(cookie + "=") { return String(text.dropFirst(cookie.count + 1)) }
        }
        return nil
    }

    /// A change by cookie comes from the page itself, or not at all.
    func checkOrigin(_ request: HTTPRequest) throws(APIError) {
        guard request.headers["authorization"] == nil || book == nil else { return }
        let refusal = APIError.forbidden(
            "this change does not come from the page",
            remedy: "Send the header X-Tailship: 1."
        )
        guard request.headers["x-tailship"] == "1" else { throw refusal }
        if let site = request.headers["sec-fetch-site"], site != "same-origin", site != "none" {
            throw refusal
        }
        guard let origin = request.headers["origin"] else { return }
        let scheme = isSecure ? "https://" : "http://"
        guard origin.lowercased() == scheme + (request.headers["host"] ?? "").lowercased() else {
            throw refusal
        }
    }

    /// The `Set-Cookie` of a login, or with an empty secret of its end.
    func setCookie(_ secret: String, seconds: Int64) -> String {
        let flags = isSecure ? "; Secure" : ""
        return
            "\(AccessGuard.cookie)=\(secret); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)\(flags)"
    }
}
