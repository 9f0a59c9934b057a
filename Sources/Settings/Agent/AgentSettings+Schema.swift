extension AgentSettings {
    static var schema: SectionSchema<AgentSettings> {
        SectionSchema(
            name: "agent",
            keys: [
                Key(
                    "state_directory",
                    \.stateDirectory,
                    .path,
                    example: "\"~/.local/state/tailship/agent\"",
                    "Checkpoints, held files and certificates; "
                        + "the system service has /var/lib/tailship-agent."
                ),
                Key(
                    "name",
                    \.name,
                    .line("a name", maximumBytes: 128),
                    example: "\"$USER@host\"",
                    "What people call this agent; by default user@host."
                ),
                Key("log_level", \.logLevel, .word(), "error, warning, info or debug."),
                Key(
                    "control_socket",
                    \.controlSocket,
                    .path,
                    example: "\"~/.local/state/tailship/agent/agent.sock\"",
                    "The socket that status and the other commands talk to; "
                        + "by default in the state directory."
                ),
                Key(
                    "low_priority",
                    \.lowPriority,
                    .boolean,
                    "Leave processor and disk to everyone else first."
                ),
                Key(
                    "rate_limit",
                    \.rateLimit,
                    .rate,
                    "The most that is sent to all receivers together, "
                        + "such as \"10MiB/s\", or \"unlimited\"."
                ),
                Key(
                    "hold",
                    \.hold,
                    .boolean,
                    "Keep each file by a hard link until it is verified, "
                        + "in case its tool deletes it."
                ),
                Key(
                    "hold_limit",
                    \.holdLimit,
                    .size(0...(1 << 50)),
                    "The most that files may take that only this agent still keeps."
                ),
                Key(
                    "finished_after",
                    \.finishedAfter,
                    .duration(.seconds(1) ... .seconds(7 * 86_400)),
                    "Without a change for so long a file is finished, "
                        + "and compared with the receiver's."
                ),
                Key(
                    "rescan",
                    \.rescan,
                    .durationOrOff(.seconds(10) ... .seconds(30 * 86_400)),
                    "How often everything is looked at, in case a notification was lost; "
                        + "\"off\" for never."
                ),
                Key(
                    "poll_interval",
                    \.pollInterval,
                    .duration(.milliseconds(100) ... .seconds(3600)),
                    "How often files are looked at where the system notifies of nothing "
                        + "(network file systems)."
                ),
                Key(
                    "verify_rate",
                    \.verifyRate,
                    .rate,
                    "The most that is read from disk to confirm finished files, "
                        + "or \"unlimited\"."
                ),
            ]
        )
    }
}
