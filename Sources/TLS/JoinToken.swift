import Core

/// What a person carries from the receiver to a workstation to enrol it.
///
/// The text is `TS1-` and 68 characters of base64url (RFC 4648, section 5, without padding) of 51 bytes:
///
///     32  SHA-256 fingerprint of the receiver's authority
///     16  secret, random
///      3  the first bytes of the SHA-256 of the 48 before them
///
/// The last three tell a token that was mistyped or cut from one that the receiver does not know.
package struct JoinToken: Sendable, Hashable {
    /// Why a text is no token.
    package enum Mistake: Error, Sendable, Equatable, CustomStringConvertible {
        /// It begins with something else than `TS1-`.
        case notAToken
        /// It has another length than a token.
        case length(found: Int, expected: Int)
        /// A character or more are wrong.
        case mistyped

        /// What is wrong and what to do, one line.
        package var description: String {
            switch self {
            case .notAToken:
                "this is not a join token: one begins with TS1- (tailship-receiver token prints it)"
            case .length(let found, let expected):
                "the join token has \(found) characters instead of \(expected): copy all of it"
            case .mistyped: "the join token is mistyped: copy it again"
            }
        }
    }

    /// The fingerprint of the authority's certificate.
    package let authority: Digest
    /// 16 random bytes, which the receiver keeps a digest of.
    package let secret: [UInt8]

    /// A token of its parts; nil when the secret has not exactly 16 bytes.
    package init?(authority: Digest, secret: [UInt8]) {
        guard secret.count == JoinToken.secretSize else { return nil }
        self.authority = authority
        self.secret = secret
    }

    /// Reads what `text` writes; white space in it is left out.
    package init(_ text: some StringProtocol) throws(Mistake) {
        let characters = Array(text.utf8).filter { $0 > 0x20 }
        guard characters.starts(with: Array(JoinToken.prefix.utf8)) else { throw .notAToken }
        guard characters.count == JoinToken.textSize else {
            throw .length(found: characters.count, expected: JoinToken.textSize)
        }
        let payload = Base64URL.decode(characters.dropFirst(JoinToken.prefix.utf8.count))
        guard let payload else { throw .mistyped }
        let size = Digest.size + JoinToken.secretSize
        guard payload[size...].elementsEqual(JoinToken.check(payload[..<size])),
            let authority = Digest(Array(payload[..<Digest.size]))
        else { throw .mistyped }
        self.authority = authority
        self.secret = Array(payload[Digest.size..<size])
    }

    /// The token as it is printed and typed.
    package var text: String {
        let payload = authority.bytes + secret
        return JoinToken.prefix + Base64URL.encode(payload + JoinToken.check(payload[...]))
    }

    /// The number of bytes of a secret.
    package static let secretSize = 16

    private static let prefix = "TS1-"
    private static let checkSize = 3
    private static let textSize = 4 + (Digest.size + secretSize + checkSize) / 3 * 4

    private static func check(_ payload: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        SHA256.digest(of: Array(payload)).bytes.prefix(checkSize)
    }
}
