import Core
import Platform
import Settings
import TLS

/// What the agent shows to one receiver, and whom it believes.
///
/// `join` puts it into the state folder: `receivers/<name>/identity.pem` (key, certificate and chain in one
/// file, so that a renewal replaces them together) and `receivers/<name>/authority.pem`.
struct AgentIdentity {
    private let identity: Identity
    private let authorities: [Certificate]
    /// Certificates of one's own are renewed by their owner.
    let canRenew: Bool

    var isExpired: Bool { identity.certificate.notAfter < Clock.wall() }

    /// From when to when the certificate is valid.
    var validity: (begin: WallTime, end: WallTime) {
        (identity.certificate.notBefore, identity.certificate.notAfter)
    }

    static func load(
        _ endpoint: ReceiverEndpoint,
        state: BytePath,
        disk: LinuxDisk
    ) throws(OperatorError) -> AgentIdentity {
        if let own = endpoint.certificates {
            return try make(
                certificate: try read(own.certificate, disk),
                key: try read(own.key, disk),
                authority: try read(own.authority, disk),
                canRenew: false
            )
        }
        let folder = folder(endpoint.name, state)
        guard isJoined(endpoint, state: state, disk: disk) else {
            throw OperatorError(
                .identity,
                "this agent is not enrolled at receiver \(endpoint.name)",
                remedy: "On the server: tailship-receiver token. Here: tailship-agent join "
                    + "\(endpoint.address) TOKEN"
            )
        }
        let pem = try read(folder.appending("identity.pem"), disk)
        return try make(
            certificate: pem,
            key: pem,
            authority: try read(folder.appending("authority.pem"), disk),
            canRenew: true
        )
    }

    static func isJoined(
        _ endpoint: ReceiverEndpoint,
        state: BytePath,
        disk: LinuxDisk
    ) -> Bool {
        if endpoint.certificates != nil { return true }
        let path = folder(endpoint.name, state).appending("identity.pem")
        do throws(SystemError) {
            return try disk.status(path) != nil
        } catch {
            return false
        }
    }

    /// The TLS of connections to the receiver.
    func context(_ endpoint: ReceiverEndpoint) throws(OperatorError) -> TLSContext {
        do throws(TLSError) {
            return try TLSContext.client(
                identity: identity,
                trust: .authority(authorities),
                protocols: [.shipping],
                hostName: endpoint.serverName
            )
        } catch {
            throw OperatorError(error)
        }
    }

    /// A new key and a certificate request for it (DER).
    static func makeRequest(_ name: String) -> (key: PrivateKey, request: [UInt8])? {
        do throws(TLSError) {
            let key = try PrivateKey.generate()
            return (key, try CertificateRequest(key: key, name: name).der)
        } catch {
            Log.error("cannot make a key: \(error)")
            return nil
        }
    }

    /// Keeps a certificate with its key; both files are replaced as a whole.
    static func store(
        key: PrivateKey,
        chain: [UInt8],
        authority: [UInt8]?,
        for receiver: String,
        state: BytePath,
        disk: LinuxDisk
    ) throws(OperatorError) {
        // What came must fit the key before it replaces what works.
        do throws(TLSError) {
            _ = try Identity(certificatePEM: chain, keyPEM: key.pem)
        } catch {
            throw OperatorError(error)
        }
        let folder = folder(receiver, state)
        do throws(SystemError) {
            try disk.makeDirectories(folder)
            if let authority {
                try disk.replaceContents(folder.appending("authority.pem"), authority)
            }
            try disk.replaceContents(folder.appending("identity.pem"), key.pem + chain)
        } catch {
            throw OperatorError(
                .fileSystem,
                "cannot keep the certificate in \(folder)",
                cause: error.description
            )
        }
    }

    private static func folder(_ receiver: String, _ state: BytePath) -> BytePath {
        state.appending("receivers").appending(BytePath(receiver))
    }

    private static func read(
        _ path: BytePath,
        _ disk: LinuxDisk
    ) throws(OperatorError) -> [UInt8] {
        do throws(SystemError) {
            if let bytes = try disk.contents(path) { return bytes }
        } catch {
            throw OperatorError(.certificate, "cannot read \(path)", cause: error.description)
        }
        throw OperatorError(.certificate, "\(path) does not exist")
    }

    private static func make(
        certificate: [UInt8],
        key: [UInt8],
        authority: [UInt8],
        canRenew: Bool
    ) throws(OperatorError) -> AgentIdentity {
        do throws(TLSError) {
            return AgentIdentity(
                identity: try Identity(certificatePEM: certificate, keyPEM: key),
                authorities: try Certificate.list(pem: authority),
                canRenew: canRenew
            )
        } catch {
            throw OperatorError(error)
        }
    }

    private init(identity: Identity, authorities: [Certificate], canRenew: Bool) {
        self.identity = identity
        self.authorities = authorities
        self.canRenew = canRenew
    }
}
