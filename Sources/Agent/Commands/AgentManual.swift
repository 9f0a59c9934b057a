import Core
import SQL

/// What `tailship-agent` does and how it is called.
package enum AgentManual {
    package static let manual = Manual(
        "tailship-agent",
        version: AgentContext.version,
        summary: "ships AI coding sessions off this machine as they are written",
        description: [
            """
            tailship-agent watches the session files of AI coding tools (Claude Code, Codex, Gemini) and files of your \
            own, and sends what is written to one or more receivers at once. It works offline, keeps files that their \
            tool deletes until they are verified, and proves by length and SHA-256 that every copy is the same.
            """,
            """
            It is one process without privileges for each user: systemctl --user enable --now tailship-agent, or for \
            a user who never logs in, systemctl enable --now tailship-agent@USER.
            """,
        ],
        options: [
            ManualOption("--config", .file, "the configuration, with the drop-ins in FILE.d"),
            ManualOption("--state", .folder, "where checkpoints, held files and certificates are"),
        ],
        groups: [
            Manual.Group("First", [join, check, doctor]),
            Manual.Group("Ship", [run]),
            Manual.Group("Look", [status, verify, explain, forget, version]),
        ],
        files: [
            (
                "~/.config/tailship/agent.conf",
                "a user's configuration, and drop-ins in agent.conf.d; every key is listed in the file below"
            ),
            (
                "/etc/tailship/agent.conf",
                "the machine's, read by root and by users without their own"
            ),
            (
                "~/.local/state/tailship/agent",
                "checkpoints, held files, certificates, the control socket"
            ),
        ],
        notes: """
            Without --config, users have ~/.config/tailship/agent.conf read, or if that is not there, as root has, \
            /etc/tailship/agent.conf. Exit status: 0, 1 (it failed), 2 (usage), 78 (configuration).
            """,
        databases: [("checkpoints.db", CheckpointSchema.migrations.version)]
    )

    /// What to do once a receiver is configured.
    static let start = "start the agent: systemctl --user enable --now tailship-agent"

    private static let json = ManualOption("--json", .none, "for programs")

    private static let join = ManualCommand(
        "join",
        "HOST[:PORT] TOKEN [--receiver NAME]",
        "enrol at a receiver with a token that it made",
        options: [
            ManualOption(
                "--receiver",
                .text("NAME"),
                "which [receiver.NAME] of the configuration it is for"
            )
        ],
        words: 2...2
    )
    private static let check = ManualCommand(
        "check",
        "check the configuration and print what is in effect"
    )
    private static let doctor = ManualCommand(
        "doctor",
        "[--json]",
        "look at everything on the way to the receivers, and say what is wrong and what to do",
        options: [json]
    )
    private static let run = ManualCommand(
        "run",
        "[--once]",
        "ship until stopped; with --once ship everything, verify, exit",
        options: [ManualOption("--once", .none, "ship everything, verify, exit")]
    )
    private static let status = ManualCommand(
        "status",
        "[--json]",
        "what the running agent does",
        options: [json]
    )
    private static let verify = ManualCommand(
        "verify",
        "compare every file with the receivers' copies, now"
    )
    private static let explain = ManualCommand(
        "explain",
        "FILE",
        "why a file is shipped, or not, and how far",
        words: 1...1,
        takesPaths: true
    )
    private static let forget = ManualCommand(
        "forget",
        "PATH",
        "let go of what is held of a deleted file",
        words: 1...1,
        takesPaths: true
    )
    private static let version = ManualCommand("version", "print the version")
}
