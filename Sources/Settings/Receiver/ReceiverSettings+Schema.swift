import Core

extension ReceiverSettings.Listen {
    static var schema: SectionSchema<Self> {
        SectionSchema(
            name: "listen",
            keys: [
                Key(
                    "agents",
                    \.agents,
                    .listen,
                    "Where agents connect to; [::] is every address of the machine."
                ),
                Key("web", \.web, .listen, "Where the page for browsers listens."),
                Key(
                    "web_open",
                    \.webOpen,
                    .boolean,
                    "Whether the page asks nobody to log in; possible on this machine's own addresses only."
                ),
                Key(
                    "web_https",
                    \.webHTTPS,
                    .boolean,
                    "Whether the page is served over HTTPS; needed for other machines."
                ),
                Key(
                    "web_certificate",
                    \.webCertificate,
                    .optional(.path),
                    example: "\"/etc/tailship/web.crt\"",
                    "The page's certificate (PEM), instead of the receiver's own."
                ),
                Key(
                    "web_key",
                    \.webKey,
                    .optional(.path),
                    example: "\"/etc/tailship/web.key\"",
                    "The private key of that certificate (PEM)."
                ),
                Key("web_pages", \.webPages, .path, "The folder of the page's files."),
                Key(
                    "threads",
                    \.threads,
                    .integer(0...64),
                    "Threads for connections; 0 for what suits the machine."
                ),
                Key(
                    "max_connections",
                    \.maximumConnections,
                    .integer(1...1_000_000),
                    "Connections at one time; further ones are refused."
                ),
                Key(
                    "handshake_timeout",
                    \.handshakeTimeout,
                    .duration(.seconds(1) ... .seconds(300)),
                    "How long an agent may take from connecting to being welcomed."
                ),
                Key(
                    "idle_timeout",
                    \.idleTimeout,
                    .duration(.seconds(10) ... .seconds(86_400)),
                    "A connection without a sign of life for so long is closed."
                ),
                Key(
                    "names",
                    \.names,
                    .array(
                        "an array of host names and addresses",
                        of: .line("a host name or address", where: HostPort.isNameOrAddress)
                    ),
                    "Further host names and addresses for the receiver's certificate."
                ),
            ]
        )
    }
}

extension ReceiverSettings.Storage {
    static var schema: SectionSchema<Self> {
        SectionSchema(
            name: "storage",
            keys: [
                Key(
                    "directory",
                    \.directory,
                    .path,
                    "Everything that the receiver keeps: journal, archive, tables, certificates."
                ),
                Key(
                    "journal_segment",
                    \.journalSegment,
                    .size((4 << 20)...(1 << 30)),
                    "The size at which the journal begins a new file."
                ),
                Key(
                    "journal_limit",
                    \.journalLimit,
                    .size((16 << 20)...(1 << 50)),
                    "The size of the journal at which agents are paused."
                ),
                Key(
                    "minimum_free",
                    \.minimumFree,
                    .size(0...(1 << 50)),
                    "Free space on the disk below which agents are paused."
                ),
                Key(
                    "group_commit_wait",
                    \.groupCommitWait,
                    .duration(.zero ... .seconds(1)),
                    "How long a sync waits so that more batches share it."
                ),
            ]
        )
    }
}

extension ReceiverSettings.Security {
    static var schema: SectionSchema<Self> {
        let validity = Duration.seconds(3600)...Duration.seconds(3650 * 86_400)
        return SectionSchema(
            name: "security",
            keys: [
                Key(
                    "certificate_validity",
                    \.certificateValidity,
                    .duration(validity),
                    "How long the certificates are valid that the receiver signs."
                ),
                Key(
                    "renew_before",
                    \.renewBefore,
                    .duration(.seconds(60)...validity.upperBound),
                    "How long before its end a certificate is renewed."
                ),
                Key(
                    "expired_grace",
                    \.expiredGrace,
                    .duration(.zero...validity.upperBound),
                    "How long after its end a certificate may still renew (laptops sleep long)."
                ),
                Key(
                    "token_valid",
                    \.tokenValid,
                    .duration(.seconds(60) ... .seconds(30 * 86_400)),
                    "How long a join token can be used, unless its command says otherwise."
                ),
                Key(
                    "certificate",
                    \.certificate,
                    .optional(.path),
                    example: "\"/etc/tailship/receiver.crt\"",
                    "A certificate of your own (PEM), instead of the receiver's own authority."
                ),
                Key(
                    "key",
                    \.key,
                    .optional(.path),
                    example: "\"/etc/tailship/receiver.key\"",
                    "The private key of that certificate (PEM)."
                ),
                Key(
                    "authority",
                    \.authority,
                    .optional(.path),
                    example: "\"/etc/tailship/authority.crt\"",
                    "The authority that must have signed the agents' certificates (PEM)."
                ),
            ]
        )
    }
}

extension ReceiverSettings.Limits {
    static var schema: SectionSchema<Self> {
        // A whole batch must fit into the window, and a whole frame and its content into memory.
        let window = UInt64(Core.Limits.batchBytes)...(256 << 20)
        let memory = UInt64(2 * Core.Limits.payloadBytes)...(1 << 30)
        return SectionSchema(
            name: "limits",
            keys: [
                Key(
                    "window",
                    \.window,
                    .size(window),
                    "What an agent may have sent before the first of it is acknowledged."
                ),
                Key(
                    "connection_memory",
                    \.connectionMemory,
                    .size(memory),
                    "The most memory that one connection may take."
                ),
            ]
        )
    }
}

extension ReceiverSettings.Reports {
    static var schema: SectionSchema<Self> {
        SectionSchema(
            name: "reports",
            keys: [
                Key(
                    "directory",
                    \.directory,
                    .optional(.path),
                    example: "\"/var/lib/tailship/reports\"",
                    "Where reports are written; without it none are."
                ),
                Key(
                    "every",
                    \.every,
                    .word(),
                    "What a report is about, written when it is over: a day, a week or a month."
                ),
                Key("format", \.format, .word(), "How a report is written: md or json."),
            ]
        )
    }
}

extension ReceiverSettings.Prices {
    static var schema: SectionSchema<Self> {
        SectionSchema(
            name: "prices",
            keys: [
                Key(
                    "file",
                    \.file,
                    .optional(.path),
                    example: "\"/etc/tailship/prices\"",
                    "Prices of your own, over the built-in table; read again on SIGHUP."
                )
            ]
        )
    }
}

extension ReceiverSettings.Log {
    static var schema: SectionSchema<Self> {
        SectionSchema(
            name: "log",
            keys: [
                Key("level", \.level, .word(), "How much is logged: error, warning, info or debug.")
            ]
        )
    }
}
