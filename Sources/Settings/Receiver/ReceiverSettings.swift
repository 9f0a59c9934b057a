import Core

/// Everything that `receiver.conf` says, with the defaults put in.
package struct ReceiverSettings: Sendable, Hashable {
    package var listen = Listen()
    package var storage = Storage()
    package var security = Security()
    package var limits = Limits()
    package var reports = Reports()
    package var prices = Prices()
    package var log = Log()
    package var retention = Retention()
    package var checkpoints = Checkpoints()
    package var alerts = Alerts()
    /// What alerts may run, in the order of the files.
    package var commands: [Command] = []
    /// What rows are delivered to, in the order of the files.
    package var consumers: [ConsumerSettings] = []

    /// Where it listens: `[listen]`.
    package struct Listen: Sendable, Hashable {
        /// Where agents connect to.
        package var agents = HostPort(host: "::", port: HostPort.defaultPort)
        /// Where the page is.
        package var web = HostPort(host: "127.0.0.1", port: 7626)
        /// The folder of the page's files.
        package var webPages: BytePath = "/usr/share/tailship/web"
        /// Whether nobody has to log in; on loopback only.
        package var webOpen = false
        /// Whether the page is served over HTTPS, with the receiver's certificate unless there is another.
        package var webHTTPS = false
        /// The page's certificate and key; nil for the receiver's own.
        package var webCertificates: (certificate: BytePath, key: BytePath)? {
            webCertificate.flatMap { certificate in webKey.map { (certificate, $0) } }
        }
        package var isWebSecure: Bool { webHTTPS || webCertificate != nil }
        var webCertificate: BytePath?
        var webKey: BytePath?
        /// Event loops; 0 for what suits the machine.
        package var threads = 0
        package var maximumConnections = 4096
        /// From a connection to its welcome.
        package var handshakeTimeout = Duration.seconds(10)
        /// Without a byte for so long a connection is closed.
        package var idleTimeout = Duration.seconds(180)
        /// Host names and addresses that stand in the receiver's certificate beside its own.
        package var names: [String] = []
    }

    /// What it keeps, and where: `[storage]`.
    package struct Storage: Sendable, Hashable {
        /// What the package makes for its service.
        package static let defaultDirectory: BytePath = "/var/lib/tailship"
        package var directory = defaultDirectory
        /// Bytes at which a segment of the journal is closed.
        package var journalSegment: UInt64 = 64 << 20
        /// Bytes of the journal at which agents are paused.
        package var journalLimit: UInt64 = 4 << 30
        /// Bytes free on the disk below which agents are paused.
        package var minimumFree: UInt64 = 1 << 30
        /// How long a sync waits for more batches to acknowledge with it.
        package var groupCommitWait = Duration.zero
    }

    /// Certificates and tokens: `[security]`.
    package struct Security: Sendable, Hashable {
        /// Certificates of one's own; nil for the receiver's own authority.
        package var certificates: CertificatePaths? {
            CertificatePaths(certificate: certificate, key: key, authority: authority)
        }
        /// Of the certificates that the receiver signs.
        package var certificateValidity = Duration.seconds(90 * 86_400)
        /// So long before its end a certificate is renewed.
        package var renewBefore = Duration.seconds(30 * 86_400)
        /// So long after its end a certificate may still renew, and nothing else.
        package var expiredGrace = Duration.seconds(90 * 86_400)
        /// Of a join token, unless its command says otherwise.
        package var tokenValid = Duration.seconds(3600)

        var certificate: BytePath?
        var key: BytePath?
        var authority: BytePath?
    }

    /// Bounds of one connection: `[limits]`.
    package struct Limits: Sendable, Hashable {
        /// Bytes that an agent may have sent and not yet seen acknowledged.
        package var window: UInt64 = 4 << 20
        /// Bytes of memory that one connection may take.
        package var connectionMemory: UInt64 = 8 << 20
    }

    /// Reports that it writes by itself: `[reports]`.
    package struct Reports: Sendable, Hashable {
        /// How a report is written.
        package enum Format: String, Sendable, Hashable, CaseIterable {
            case md
            case json
        }

        /// What of the calendar a report is about.
        package enum Period: String, Sendable, Hashable, CaseIterable {
            case day
            /// From Monday to Sunday.
            case week
            case month
        }

        /// Where they are written; nil for none.
        package var directory: BytePath?
        package var every = Period.week
        package var format = Format.md

        package init() {}
    }

    /// What models cost: `[prices]`.
    package struct Prices: Sendable, Hashable {
        /// Read over the built-in table; nil for that alone.
        package var file: BytePath?

        package init() {}
    }

    /// What it says: `[log]`.
    package struct Log: Sendable, Hashable {
        package var level = LogLevel.info
    }

    init() {}

    /// The settings of a receiver without any file, for this machine alone.
    package static func embedded(
        directory: BytePath,
        agentsPort: UInt16 = HostPort.defaultPort,
        webPort: UInt16 = 7626
    ) -> ReceiverSettings {
        var settings = ReceiverSettings()
        settings.storage.directory = directory
        settings.listen.agents = HostPort(host: "127.0.0.1", port: agentsPort)
        settings.listen.web = HostPort(host: "127.0.0.1", port: webPort)
        return settings
    }
}
