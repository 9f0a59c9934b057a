import Core
import TLS
import Testing

@Suite("Certificates")
struct CertificateTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    @Test("The openssl program finds what was issued strictly valid")
    func strictlyValid() throws {
        let tool = try CommandLine()
        try tool.write(fixture.authority.certificate.pem, to: "ca.pem")
        try tool.write(fixture.receiver.certificate.pem, to: "receiver.pem")
        try tool.write(fixture.agent.certificate.pem, to: "agent.pem")
        let verify =
            "verify -x509_strict -check_ss_sig -attime \(Fixture.now.seconds) -CAfile ca.pem"
        #expect(try tool.run("\(verify) -purpose sslserver receiver.pem") == "receiver.pem: OK\n")
        #expect(try tool.run("\(verify) -purpose sslclient agent.pem") == "agent.pem: OK\n")
        #expect(try tool.run("\(verify) ca.pem") == "ca.pem: OK\n")
        #expect(try tool.run("\(verify) -purpose sslserver agent.pem").contains("error"))
        #expect(
            try tool.run("\(verify) -verify_hostname llm-server -purpose sslserver receiver.pem")
                .hasSuffix("OK\n")
        )
        #expect(
            try tool.run("\(verify) -verify_ip 2001:db8::1 -purpose sslserver receiver.pem")
                .hasSuffix("OK\n")
        )
        let text = try tool.run("x509 -in agent.pem -noout -text")
        for expected in [
            "Version: 3", "Issuer: CN = Tailship authority", "Subject: CN = u@laptop", "CA:FALSE",
            "Digital Signature", "TLS Web Client Authentication",
            "URI:urn:tailship:agent:\(Fixture.agentID)", "NIST CURVE: P-256",
        ] {
            #expect(text.contains(expected))
        }
    }

    @Test("Validity begins an hour early and ends with the authority at the latest")
    func validity() throws {
        let certificate = fixture.agent.certificate
        #expect(certificate.notBefore == Fixture.now + .seconds(-3600))
        #expect(certificate.notAfter == Fixture.now + Fixture.year)
        let key = try PrivateKey.generate()
        let long = try fixture.authority.issueServer(
            key: key,
            hostNames: ["a"],
            now: Fixture.now,
            validity: Fixture.year * 30
        )
        #expect(long.notAfter == fixture.authority.certificate.notAfter)
    }

    @Test("Serial numbers are long, positive and never the same")
    func serials() throws {
        let key = try PrivateKey.generate()
        let serials = try (0..<50).map { _ in
            try fixture.authority.issueServer(
                key: key,
                hostNames: ["a"],
                now: Fixture.now,
                validity: .seconds(60)
            ).serial
        }
        #expect(Set(serials).count == 50)
        #expect(serials.allSatisfy { $0.count >= 24 && $0.count <= 32 })
    }

    @Test("Certificates, keys and requests survive PEM and DER")
    func roundTrips() throws {
        let certificates = [fixture.receiver.certificate, fixture.authority.certificate]
        let read = try Certificate.list(
            pem: Array("# a comment\n".utf8) + certificates.flatMap(\.pem)
        )
        #expect(read.map(\.fingerprint) == certificates.map(\.fingerprint))
        #expect(try Certificate(der: certificates[0].der).serial == certificates[0].serial)
        let identity = try Identity(
            certificatePEM: certificates.flatMap(\.pem),
            keyPEM: fixture.receiver.key.pem
        )
        #expect(identity.certificates.count == 2)
        let request = try CertificateRequest(key: fixture.agent.key, name: "grüße@host")
        #expect(try CertificateRequest(der: request.der).name == "grüße@host")
        let again = try CertificateRequest(pem: request.pem)
        #expect(again.publicKeyDigest == fixture.agent.certificate.publicKeyDigest)
        let authority = try CertificateAuthority(
            certificatePEM: fixture.authority.certificate.pem,
            keyPEM: fixture.authority.key.pem
        )
        #expect(authority.certificate.fingerprint == fixture.authority.certificate.fingerprint)
    }

    @Test("What cannot be used is refused with a reason")
    func refused() throws {
        let pem = fixture.agent.certificate.pem
        #expect(failure { try Certificate.list(pem: []) }?.code == .badInput)
        #expect(
            failure { try Certificate.list(pem: Array("nothing".utf8)) }?.message.contains(
                "no certificate"
            ) == true
        )
        var damaged = pem
        damaged[pem.count / 2] = UInt8(ascii: "!")
        #expect(
            failure { try Certificate.list(pem: pem + damaged) }?.message.contains("certificate 2")
                == true
        )
        #expect(
            failure { try Certificate(der: fixture.agent.certificate.der + [0]) }?.code == .badInput
        )
        #expect(failure { try PrivateKey(pem: pem) }?.code == .badInput)
        #expect(
            failure {
                try Identity(certificates: [fixture.agent.certificate], key: fixture.receiver.key)
            }?.code == .badInput
        )
        #expect(
            failure { try Identity(certificates: [], key: fixture.receiver.key) }?.code == .badInput
        )
        #expect(
            failure {
                try CertificateAuthority(
                    certificate: fixture.agent.certificate,
                    key: fixture.agent.key
                )
            }?.code == .badInput
        )
    }

    @Test(
        "A name that could change what a certificate says is refused",
        arguments: ["a b", "a\0b", "", "a,DNS:evil", "ü"]
    )
    func names(_ name: String) throws {
        let key = try PrivateKey.generate()
        let issue = {
            try fixture.authority.issueServer(
                key: key,
                hostNames: [name],
                now: Fixture.now,
                validity: .seconds(60)
            )
        }
        guard name == "a,DNS:evil" else {
            #expect(failure(issue)?.code == .badInput)
            return
        }
        let tool = try CommandLine()
        try tool.write(try issue().pem, to: "c.pem")
        try tool.write(fixture.authority.certificate.pem, to: "ca.pem")
        let verify =
            "verify -attime \(Fixture.now.seconds) -CAfile ca.pem -verify_hostname evil c.pem"
        #expect(try tool.run(verify).contains("hostname mismatch"))
    }

    @Test("A request whose signature does not fit is refused")
    func badSignature() throws {
        let request = try CertificateRequest(key: fixture.agent.key, name: "u@laptop")
        var der = request.der
        der[der.count - 1] ^= 1
        #expect(failure { try CertificateRequest(der: der) }?.code == .badInput)
        // The name is signed as well.
        let name = Array("u@laptop".utf8)
        der = request.der
        let start = der.indices.first { der[$0...].starts(with: name) }
        der[try #require(start)] = UInt8(ascii: "v")
        #expect(
            failure { try CertificateRequest(der: der) }?.message.contains("not signed") == true
        )
        #expect(failure { try CertificateRequest(der: request.der.dropLast()) }?.code == .badInput)
    }

    @Test("A request with a weak key is refused, one of another program accepted")
    func foreignRequests() throws {
        let tool = try CommandLine()
        _ = try tool.run(
            "req -new -newkey rsa:1024 -nodes -keyout weak.key -subj /CN=weak -out weak.pem"
        )
        _ = try tool.run(
            "req -new -newkey rsa:2048 -nodes -keyout good.key -subj /CN=good -out good.pem"
        )
        #expect(
            failure { try CertificateRequest(pem: try tool.read("weak.pem")) }?.message.contains(
                "weak"
            ) == true
        )
        #expect(try CertificateRequest(pem: try tool.read("good.pem")).name == "good")
    }

    @Test("An encrypted key is refused without asking for its pass phrase")
    func encryptedKey() throws {
        let tool = try CommandLine()
        _ = try tool.run(
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -pass pass:abcdef -out key.pem"
        )
        let error = failure { try PrivateKey(pem: try tool.read("key.pem")) }
        #expect(error?.remedy?.contains("not encrypted") == true)
    }
}
