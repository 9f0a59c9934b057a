import Core
import TLS
import Testing

@Suite("Digests, secrets and tokens")
struct DigestTests {
    @Test(
        "SHA-256 agrees with the vectors of FIPS 180",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func vectors(_ text: String, _ digest: String) {
        #expect(SHA256.digest(of: Array(text.utf8)).description == digest)
    }

    @Test("A digest of pieces is that of the whole, and a snapshot that of what came so far")
    func pieces() {
        var hasher = SHA256Hasher()
        hasher.update(Array("ab".utf8))
        #expect(hasher.snapshot() == SHA256.digest(of: Array("ab".utf8)))
        #expect(hasher.snapshot() == SHA256.digest(of: Array("ab".utf8)))
        hasher.update([])
        hasher.update(Array("c".utf8))
        #expect(hasher.finalize() == SHA256.digest(of: Array("abc".utf8)))
    }

    @Test(
        "The digest of a content is that of its MiBs' digests, however it comes",
        arguments: [0, 1, 1 << 20, (1 << 20) + 1, 5 << 19],
        [1 << 16, 700_001, 1 << 22]
    )
    func tree(_ size: Int, _ step: Int) {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var expected: [UInt8] = []
        for start in stride(from: 0, to: size, by: 1 << 20) {
            expected += SHA256.digest(of: Array(bytes[start..<min(size, start + 1 << 20)])).bytes
        }
        var tree = SHA256Tree()
        // The second time: it begins anew by itself.
        for _ in 0..<2 {
            for start in stride(from: 0, to: size, by: step) {
                bytes[start..<min(size, start + step)].withUnsafeBytes { tree.update($0) }
            }
            #expect(tree.finish() == SHA256.digest(of: expected))
        }
    }

    @Test("HMAC agrees with RFC 4231")
    func authentication() {
        let digest = Secret.authenticate(
            Array("what do ya want for nothing?".utf8),
            key: Array("Jefe".utf8)
        )
        #expect(
            digest.description == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
    }

    @Test("Secrets are random and compared whole")
    func secrets() {
        let secret = Secret.random(16)
        #expect(secret.count == 16 && secret != Secret.random(16))
        #expect(Secret.equal(secret, secret) && Secret.equal([], []))
        #expect(!Secret.equal(secret, Array(secret.dropLast())))
        var other = secret
        other[15] ^= 1
        #expect(!Secret.equal(secret, other))
    }

    private func token() throws -> JoinToken {
        try #require(
            JoinToken(authority: SHA256.digest(of: Secret.random(8)), secret: Secret.random(16))
        )
    }

    @Test("A token comes back from its text, also with white space in it")
    func tokens() throws {
        for _ in 0..<100 {
            let token = try token()
            #expect(token.text.hasPrefix("TS1-") && token.text.count == 72)
            #expect(try JoinToken(token.text) == token)
            #expect(
                try JoinToken(" \(token.text.prefix(30))\n \(token.text.dropFirst(30))\n") == token
            )
        }
        #expect(JoinToken(authority: try token().authority, secret: [1]) == nil)
    }

    @Test("Every mistyped character is noticed")
    func mistyped() throws {
        let text = Array(try token().text)
        for index in text.indices.dropFirst(4) {
            var wrong = text
            wrong[index] = wrong[index] == "A" ? "B" : "A"
            #expect(throws: JoinToken.Mistake.mistyped) { try JoinToken(String(wrong)) }
        }
        #expect(throws: JoinToken.Mistake.length(found: 71, expected: 72)) {
            try JoinToken(String(text.dropLast()))
        }
        #expect(throws: JoinToken.Mistake.notAToken) { try JoinToken("hello") }
        #expect(throws: JoinToken.Mistake.mistyped) { try JoinToken(String(text.dropLast()) + "+") }
    }
}
