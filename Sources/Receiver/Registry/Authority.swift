import Core
import Platform
import Synchronization
import TLS

/// The receiver's certificates: its authority, its own certificate, and what it issues to agents.
///
/// They lie in `authority/` of the storage folder and are made at the first start. With certificates of
/// one's own nothing is issued, and nothing can be joined or renewed here.
package final class Authority: Sendable {
    /// Where certificates of one's own come from, and how long issued ones last.
    package struct Policy: Sendable {
        package var hostNames: [String]
        package var addresses: [String]
        package var validity: Duration
        /// How long an expired certificate may still be renewed.
        package var expiredGrace: Duration = .days(90)
        /// Agents are told to renew when their certificate ends within this time.
        package var renewBefore: Duration
        package var own: Own?

        /// Certificates that somebody else's authority issued, in PEM.
        package struct Own: Sendable {
            package var certificatePEM: [UInt8]
            package var keyPEM: [UInt8]
            package var authorityPEM: [UInt8]
        }
    }

    private let policy: Policy
    private let authority: CertificateAuthority?
    private let trusted: [Certificate]
    private let context: Mutex<TLSContext>
    private let identity: Identity

    /// Loads what is there and makes what is missing.
    package init(disk: any Disk, policy: Policy) throws(OperatorError) {
        self.policy = policy
        if let own = policy.own {
            let identity = try Authority.secure("read the receiver's own certificate") {
                () throws(TLSError) in
                try Identity(certificatePEM: own.certificatePEM, keyPEM: own.keyPEM)
            }
            let trusted = try Authority.secure("read the authority's certificates") {
                () throws(TLSError) in try Certificate.list(pem: own.authorityPEM)
            }
            self.trusted = trusted
            authority = nil
            self.identity = identity
            context = Mutex(try Authority.context(identity, trusted, policy))
            return
        }
        let authority = try Authority.load(disk)
        let identity = try Authority.issueServer(authority, disk, policy)
        self.authority = authority
        self.identity = identity
        trusted = [authority.certificate]
        context = Mutex(try Authority.context(identity, [authority.certificate], policy))
    }

    // MARK: Asking

    /// What agents pin when they join; nil with certificates of one's own.
    package var fingerprint: Digest? { authority?.certificate.fingerprint }

    package var authorityPEM: [UInt8] { trusted.flatMap(\.pem) }

    /// The receiver's own certificate with those above it, and its key, in PEM.
    var certificatePEM: (chain: [UInt8], key: [UInt8]) {
        (identity.certificates.flatMap(\.pem), identity.key.pem)
    }

    /// A session for a connection that was accepted.
    func session() throws(TLSError) -> TLSSession {
        try TLSSession(context.withLock { $0 }, now: Clock.wall())
    }

    func shouldRenew(_ certificate: PeerCertificate) -> Bool {
        authority != nil && certificate.notAfter < Clock.wall() + policy.renewBefore
    }

    /// A certificate that was issued, in PEM, and its end.
    struct Issued: Sendable {
        var chain: [UInt8]
        var expires: WallTime
    }

    /// Certifies the key in a request (DER) for an agent.
    func issue(
        _ der: [UInt8],
        agent: AgentID,
        name: String
    ) throws(OperatorError) -> Issued {
        guard let authority else {
            throw OperatorError(
                .certificate,
                "this receiver issues no certificates: it uses some of your own",
                remedy: "Give the agent a certificate of your authority in agent.conf."
            )
        }
        let policy = policy
        return try Authority.secure("issue a certificate for \(name)") { () throws(TLSError) in
            let request = try CertificateRequest(der: der)
            let certificate = try authority.issueAgent(
                request,
                agent: agent,
                name: name,
                now: Clock.wall(),
                validity: policy.validity
            )
            return Issued(
                chain: certificate.pem + authority.certificate.pem,
                expires: certificate.notAfter
            )
        }
    }

    static func keyDigest(of der: [UInt8]) throws(OperatorError) -> Digest {
        try secure("read a certificate request") { () throws(TLSError) in
            try CertificateRequest(der: der).publicKeyDigest
        }
    }

    // MARK: Making

    private static let folder: BytePath = "authority"
    private static let certificateName: BytePath = "ca.pem"
    private static let keyName: BytePath = "ca.key"

    private static func load(_ disk: any Disk) throws(OperatorError) -> CertificateAuthority {
        let certificatePath = folder.appending(certificateName)
        let keyPath = folder.appending(keyName)
        let found = try stored("read the authority") { () throws(SystemError) in
            (try disk.contents(certificatePath), try disk.contents(keyPath))
        }
        switch found {
        case (let certificate?, let key?):
            return try secure("read the authority in \(folder)") { () throws(TLSError) in
                try CertificateAuthority(certificatePEM: certificate, keyPEM: key)
            }
        case (nil, nil): return try make(disk)
        case (.some, nil): throw lost(keyPath, beside: certificatePath)
        case (nil, .some): throw lost(certificatePath, beside: keyPath)
        }
    }

    private static func lost(_ missing: BytePath, beside other: BytePath) -> OperatorError {
        OperatorError(
            .storage,
            "\(missing) is missing beside \(other)",
            remedy: "Restore it from a backup; or remove both, and join every agent anew."
        )
    }

    /// Both files come into being at once, with their folder's name: one alone is a loss, never a start that
    /// did not come to its end.
    private static func make(_ disk: any Disk) throws(OperatorError) -> CertificateAuthority {
        let made = try secure("make the authority") { () throws(TLSError) in
            try CertificateAuthority.create(
                name: "Tailship \(Host.name)",
                now: Clock.wall(),
                validity: .days(20 * 365)
            )
        }
        try stored("store the authority") { () throws(SystemError) in
            let unnamed: BytePath = "authority.new"
            try disk.makeDirectories(unnamed)
            try disk.replaceContents(unnamed.appending(keyName), made.key.pem)
            try disk.replaceContents(unnamed.appending(certificateName), made.certificate.pem)
            try disk.rename(unnamed, to: folder)
            try disk.synchronizeDirectory("")
        }
        return made
    }

    /// The receiver's own certificate is made anew at each start: nobody pins it.
    private static func issueServer(
        _ authority: CertificateAuthority,
        _ disk: any Disk,
        _ policy: Policy
    ) throws(OperatorError) -> Identity {
        try secure("issue the receiver's certificate") { () throws(TLSError) in
            let key = try PrivateKey.generate()
            let certificate = try authority.issueServer(
                key: key,
                hostNames: policy.hostNames,
                addresses: policy.addresses,
                now: Clock.wall(),
                validity: .days(10 * 365)
            )
            return try Identity(certificates: [certificate, authority.certificate], key: key)
        }
    }

    private static func context(
        _ identity: Identity,
        _ trusted: [Certificate],
        _ policy: Policy
    ) throws(OperatorError) -> TLSContext {
        try secure("begin TLS") { () throws(TLSError) in
            try TLSContext.server(
                identity: identity,
                trusting: trusted,
                protocols: [.shipping, .joining],
                expiredGrace: policy.expiredGrace
            )
        }
    }

    private static func secure<Value>(
        _ what: String,
        _ body: () throws(TLSError) -> Value
    ) throws(OperatorError) -> Value {
        do throws(TLSError) {
            return try body()
        } catch {
            throw OperatorError(
                .certificate,
                "cannot \(what)",
                remedy: error.remedy,
                cause: error.message
            )
        }
    }

    private static func stored<Value>(
        _ what: String,
        _ body: () throws(SystemError) -> Value
    ) throws(OperatorError) -> Value {
        let remedy = "Look at the folder's owner and free space."
        return try OperatorError.system(.storage, what, remedy: remedy, body)
    }
}
