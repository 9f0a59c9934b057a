import Catalog
import Core
import SQL
import Web

/// What `tailship-receiver` does and how it is called.
package enum ReceiverManual {
    package static let manual = Manual(
        "tailship-receiver",
        version: Hub.version,
        summary:
            "takes AI coding sessions from agents, archives them, and answers questions about them",
        description: [
            """
            tailship-receiver takes the session files of AI coding tools from tailship-agent on any number of \
            workstations, acknowledges them when they are on its disk, and keeps them byte for byte as plain files. \
            Rows of what was said, called and paid for are made of them, for its page, its commands, and for other \
            systems.
            """,
            """
            It is a service: systemctl status tailship-receiver. Commands of root go on as the user whose storage it \
            is.
            """,
        ],
        options: [
            ManualOption("--config", .file, "the configuration, with the drop-ins in FILE.d")
        ],
        groups: [
            Manual.Group("Serve", serving),
            Manual.Group("Agents and people", [token, login, agents]),
            Manual.Group("Consumers", [consumers]),
            Manual.Group("Keep", keeping),
            Manual.Group("Ask (each has --help with its options and examples)", asking),
        ],
        files: [
            (
                "/etc/tailship/receiver.conf",
                "every key with its default, commented out; drop-ins in receiver.conf.d"
            ),
            ("/var/lib/tailship", "all that it keeps: journal, archive, rows, certificates"),
            ("/var/lib/tailship/archive", "the files that agents shipped, as agent/source/path"),
        ],
        notes: """
            Without --config, /etc/tailship/receiver.conf is read if it is there. Exit status: 0, 1 (it failed), \
            2 (usage), 78 (configuration).
            """,
        databases: [
            ("receiver.db", RegistrySchema.migrations.version),
            ("consumers.db", ConsumerSchema.migrations.version),
            ("catalog.db", CatalogSchema.migrations.version),
        ]
    )

    private static let json = ManualOption("--json", .none, "for programs")
    private static let dryRun = ManualOption("--dry-run", .none, "only say what would be done")

    private static let serving = [
        ManualCommand("run", "receive, acknowledge and archive until stopped"),
        ManualCommand("check", "check the configuration and print what is in effect"),
        ManualCommand(
            "status",
            "[--json]",
            "what the running receiver does",
            options: [json]
        ),
        ManualCommand(
            "doctor",
            "[--json]",
            "look at everything that the receiver needs, and say what is wrong and what to do",
            options: [json]
        ),
        ManualCommand("version", "print the version"),
    ]

    // MARK: Agents and people

    private static let token = ManualCommand(
        "token",
        "[--owner NAME] [--valid 1h]",
        "make a join token for one agent",
        options: [
            ManualOption("--owner", .text("NAME"), "whose the agent's sessions are"),
            ManualOption("--valid", .text("DURATION"), "how long it can be used, up to 30d"),
        ]
    )
    private static let login = ManualCommand(
        "login",
        "[--role R] [--owner O] [--name N] [--valid 30d] [--bearer]",
        "a link that logs a browser in to the page, good once; or a token for programs",
        options: [
            ManualOption("--role", .choice(Role.allCases.map(\.rawValue)), "what may be seen"),
            ManualOption("--owner", .text("NAME"), "whose rows a viewer-own sees"),
            ManualOption("--name", .text("NAME"), "what the audit calls it"),
            ManualOption("--valid", .text("DURATION"), "how long the login is good, up to 366d"),
            ManualOption("--bearer", .none, "a token for programs instead of a link"),
        ]
    )
    private static let agents = ManualCommand(
        "agents",
        "[revoke NAME] [--json]",
        "list the enrolled agents, or revoke one",
        options: [json],
        words: 0...2,
        actions: ["revoke"]
    )
    private static let consumers = ManualCommand(
        "consumers",
        [
            ManualCommand.Form(
                "consumers [--json]",
                "what is delivered where, how far it is, and what is wrong"
            ),
            ManualCommand.Form(
                "consumers pause|resume|skip|replay NAME [--dry-run]",
                "orders to a consumer; \"skip\" puts the next row to the dead letters, \"replay\" delivers those once more"
            ),
            ManualCommand.Form(
                "consumers rewind NAME --to beginning|now|REV|DATE|SESSION [--dry-run]",
                "deliver again from there on"
            ),
            ManualCommand.Form(
                "consumers letters|schema NAME",
                "rows that were refused for good; the tables that it needs"
            ),
        ],
        options: [
            json, dryRun,
            ManualOption("--to", .text("PLACE"), "beginning, now, a rev, a date or a session"),
        ],
        words: 0...2,
        actions: ["pause", "resume", "skip", "replay", "rewind", "letters", "schema"]
    )

    // MARK: Keep

    private static let keeping = [
        ManualCommand("verify", "read every archived file and compare it with what was verified"),
        ManualCommand(
            "rebuild",
            "[--force]",
            "make the rows again from the archive; a running receiver goes on meanwhile",
            options: [
                ManualOption("--force", .none, "also rows of files that the archive has let go")
            ]
        ),
        ManualCommand(
            "backup",
            "FILE",
            "a consistent copy of authority, enrolments, rows, consumers and manifest, while the receiver runs",
            options: [ManualOption("--force", .none, "replace a file that is there")],
            words: 1...1,
            takesPaths: true
        ),
        ManualCommand(
            "erase",
            "SESSION [--dry-run] [--yes]",
            "a session with its subagents out of archive and rows, for good",
            options: [dryRun, ManualOption("--yes", .none, "do not ask")],
            words: 1...1
        ),
        ManualCommand(
            "hold",
            "SESSION [--release] [--reason TEXT]",
            "legal hold: it is neither erased nor retired; without SESSION a list",
            options: [
                json, ManualOption("--release", .none, "end it"),
                ManualOption("--reason", .text("TEXT"), "why, for the audit"),
            ],
            words: 0...1
        ),
        ManualCommand(
            "retention",
            "[--dry-run]",
            "take out now what is too old; or show what would go",
            options: [dryRun, json]
        ),
        ManualCommand(
            "checkpoint",
            "[list|now|verify] [--json]",
            "copies of the rows in files that never change: what there is, make one, read all of them again",
            options: [json],
            words: 0...1,
            actions: ["list", "now", "verify"]
        ),
    ]

    // MARK: Ask

    private static let asking = [
        QueryCommand.manual("sessions", "[QUERY]", "list the sessions, newest first"),
        QueryCommand.manual("show", "SESSION", "a conversation to read"),
        QueryCommand.manual(
            "search",
            "QUERY",
            "words of all conversations, \"phrases\", -without, field:value"
        ),
        QueryCommand.manual("cost", "[--by day|model|…]", "responses, tokens and what they cost"),
        QueryCommand.manual(
            "report",
            "[--since 7d]",
            "numbers and their change, costs, tools, errors, findings"
        ),
        QueryCommand.manual(
            "export",
            "SESSION [--format md|html|json|original] [--to PATH]",
            "a session as a document, as rows, or as the bytes that it came as"
        ),
        QueryCommand.manual("restore", "AGENT --to FOLDER", "an agent's files back"),
        QueryCommand.manual(
            "sql",
            "[QUERY]",
            "any question, read only; sql --schema explains the tables"
        ),
    ]
}
