extension ReceiverEndpoint {
    static var schema: SectionSchema<ReceiverEndpoint> {
        SectionSchema(
            name: "receiver",
            keys: [
                Key(
                    "address",
                    \.address,
                    .address(defaultPort: HostPort.defaultPort),
                    required: true,
                    example: "\"llm-server:7625\"",
                    "Where the receiver listens; port 7625 unless given. Required."
                ),
                Key(
                    "hold",
                    \.hold,
                    .boolean,
                    "Keep each file until this receiver has verified it."
                ),
                Key(
                    "rate_limit",
                    \.rateLimit,
                    .rate,
                    "The most that is sent to this receiver, or \"unlimited\"."
                ),
                Key(
                    "connect_timeout",
                    \.connectTimeout,
                    .duration(.seconds(1) ... .seconds(300)),
                    "How long connecting may take before the next attempt."
                ),
                Key(
                    "only",
                    \.only,
                    .array("an array of names of sources", of: .sectionName),
                    "The only sources that go to this receiver; none named is all."
                ),
                Key(
                    "except",
                    \.except,
                    .array("an array of names of sources", of: .sectionName),
                    "Sources that do not go to this receiver."
                ),
                Key(
                    "server_name",
                    \.serverName,
                    .optional(.line("a host name or address", where: HostPort.isNameOrAddress)),
                    example: "\"llm-server.example.org\"",
                    "The host name that the receiver's certificate must have; unset, any that its "
                        + "authority signed."
                ),
                Key(
                    "certificate",
                    \.certificate,
                    .optional(.path),
                    example: "\"/etc/tailship/agent.crt\"",
                    "A certificate of your own (PEM), instead of the one that join made."
                ),
                Key(
                    "key",
                    \.key,
                    .optional(.path),
                    example: "\"/etc/tailship/agent.key\"",
                    "The private key of that certificate (PEM)."
                ),
                Key(
                    "authority",
                    \.authority,
                    .optional(.path),
                    example: "\"/etc/tailship/authority.crt\"",
                    "The authority that must have signed the receiver's certificate (PEM)."
                ),
            ]
        )
    }
}
