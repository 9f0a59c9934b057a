import Core

extension ConsumerSettings {
    static var schema: SectionSchema<ConsumerSettings> {
        SectionSchema(
            name: "consumer",
            keys: deliveryKeys + batchKeys + serverKeys + fileKeys + programKeys
        )
    }

    private static var deliveryKeys: [Key<ConsumerSettings>] {
        [
            Key(
                "backend",
                \.backend,
                .optional(.word()),
                required: true,
                example: "\"jsonl\"",
                "What the rows go into, by the name in docs/consumers.md. Required."
            ),
            Key("enabled", \.enabled, .boolean, "Whether it is delivered to at all."),
            Key(
                "delivery",
                \.delivery,
                .word(),
                "\"live\" as rows come, or \"session\": a whole session when it is quiet."
            ),
            Key(
                "from",
                \.from,
                .start,
                "Where a new consumer begins: \"beginning\", \"now\" or a date."
            ),
            Key(
                "only",
                \.only,
                .selection,
                example: "{ agent = [\"laptop-*\"], tables = [\"messages\"] }",
                "The only rows that it gets: lists of agent, owner, source, tool, project, tables, "
                    + "kinds."
            ),
            Key(
                "except",
                \.except,
                .selection,
                example: "{ project = [\"private*\"] }",
                "Rows that it does not get."
            ),
            Key(
                "redact",
                \.redact,
                .word(),
                "What is taken out: \"none\", \"secrets\" or \"texts\" (all that was said)."
            ),
            Key(
                "session_idle",
                \.sessionIdle,
                .duration(.seconds(1) ... .seconds(7 * 86_400)),
                "How long a session is quiet before it goes as a whole."
            ),
        ]
    }

    private static var batchKeys: [Key<ConsumerSettings>] {
        [
            Key(
                "batch_rows",
                \.batchRows,
                .optional(.integer(1...100_000)),
                example: "5000",
                "Rows of a batch at most; unset 5000, of clickhouse and parquet 20000."
            ),
            Key(
                "batch_bytes",
                \.batchBytes,
                .optional(.size((64 << 10)...(256 << 20))),
                example: "\"16MiB\"",
                "The size of a batch, more or less; unset 16MiB, of clickhouse and parquet 32MiB."
            ),
            Key(
                "batch_age",
                \.batchAge,
                .optional(.duration(.zero ... .seconds(3600))),
                example: "\"500ms\"",
                "How long the first new row waits for more; unset 500ms, of parquet 1m."
            ),
            Key(
                "retry_max",
                \.retryLongest,
                .duration(.seconds(1) ... .seconds(86_400)),
                "The longest wait between two attempts."
            ),
            Key(
                "timeout",
                \.timeout,
                .duration(.seconds(1) ... .seconds(3600)),
                "How long one request may take."
            ),
        ]
    }

    private static var serverKeys: [Key<ConsumerSettings>] {
        [
            Key(
                "url",
                \.url,
                .optional(.line("the address of a server", maximumBytes: 2048)),
                example: "\"http://127.0.0.1:8123\"",
                "Where the server is."
            ),
            Key(
                "user",
                \.user,
                .optional(.line("a name")),
                example: "\"tailship\"",
                "The user at the server."
            ),
            Key(
                "password",
                \.password,
                .optional(.line("a password", maximumBytes: 1024)),
                example: "\"…\"",
                "The user's password; better in a file."
            ),
            Key(
                "password_file",
                \.passwordFile,
                .optional(.path),
                example: "\"/etc/tailship/clickhouse.password\"",
                "A file whose first line is the password."
            ),
            Key(
                "authority",
                \.authority,
                .optional(.path),
                example: "\"/etc/ssl/certs/company.pem\"",
                "The authority that must have signed the server's certificate (PEM)."
            ),
            Key(
                "database",
                \.database,
                .optional(.line("a name")),
                example: "\"tailship\"",
                "The database at the server."
            ),
            Key(
                "table_prefix",
                \.tablePrefix,
                .optional(.line("a prefix of a-z, 0-9 and \"_\"", where: isPrefix)),
                example: "\"claude_\"",
                "What the names of tables begin with."
            ),
            Key(
                "keep",
                \.keep,
                .optional(.duration(.seconds(86_400) ... .seconds(36_500 * 86_400))),
                example: "\"365d\"",
                "How long the server keeps rows, where it can be told; unset, for ever."
            ),
        ]
    }

    private static var fileKeys: [Key<ConsumerSettings>] {
        [
            Key(
                "directory",
                \.directory,
                .optional(.path),
                example: "\"/srv/tailship\"",
                "The folder that files are written to."
            ),
            Key("by", \.by, .word(), "One file a \"day\" or a \"session\"."),
            Key("compress", \.compress, .boolean, "Compress finished files with zstd."),
            Key(
                "file_size",
                \.fileSize,
                .size((1 << 20)...(1 << 40)),
                "The size at which a file is finished and the next is begun."
            ),
        ]
    }

    private static var programKeys: [Key<ConsumerSettings>] {
        [
            Key(
                "command",
                \.command,
                .array(
                    "an array of a program and its arguments",
                    of: .line("a word", maximumBytes: 4096)
                ),
                "The program that gets the rows on its standard input."
            ),
            Key(
                "secret",
                \.secret,
                .optional(.line("a secret", maximumBytes: 1024)),
                example: "\"…\"",
                "What requests are signed with (HMAC-SHA-256); better in a file."
            ),
            Key(
                "secret_file",
                \.secretFile,
                .optional(.path),
                example: "\"/etc/tailship/webhook.secret\"",
                "A file whose first line is that secret."
            ),
        ]
    }

    @Sendable private static func isPrefix(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_")
        }
    }
}

extension ValueFormat<ConsumerSettings.Start> {
    static var start: Self {
        ValueFormat(text: "\"beginning\", \"now\" or a date such as \"2026-11-21\"") {
            text,
            _ throws(ValueMismatch) in
            switch text {
            case "beginning": return .beginning
            case "now": return .now
            default:
                let time = text.utf8.count == 10 ? text + "T00:00" : text
                guard let time = WallTime(iso8601: time) else { throw ValueMismatch() }
                return .time(time)
            }
        } print: {
            switch $0 {
            case .beginning: "beginning"
            case .now: "now"
            case .time(let time): time.iso8601
            }
        }
    }
}

extension ValueFormat<ConsumerSettings.Selection> {
    static var selection: Self {
        let known = ConsumerSettings.Selection.fields
        let names = known.joined(separator: ", ")
        return ValueFormat("a table of lists, { tool = [\"codex\"] }, by \(names)") {
            value,
            context throws(ValueMismatch) in
            guard case .table(let entries) = value else { throw ValueMismatch() }
            var selection = ConsumerSettings.Selection()
            for entry in entries {
                guard known.contains(entry.key) else {
                    throw ValueMismatch(
                        "unknown key \(TOMLText.quoted(entry.key))"
                            + Suggestion.text(for: entry.key, among: known)
                    )
                }
                let list = ValueFormat<[String]>.array(
                    "a list of texts",
                    of: .line("a name or pattern", maximumBytes: 1024)
                )
                selection.patterns[entry.key] = try list.parse(entry.value, context)
            }
            return selection
        } print: { selection in
            guard !selection.isEmpty else { return nil }
            let lists = selection.patterns.sorted { $0.key < $1.key }.map { field, patterns in
                "\(field) = [\(patterns.map { TOMLText.quoted($0) }.joined(separator: ", "))]"
            }
            return "{ \(lists.joined(separator: ", ")) }"
        }
    }
}
