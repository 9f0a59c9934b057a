import Core

extension ReceiverSettings {
    /// How alerts are looked at: `[alerts]`.
    package struct Alerts: Sendable, Hashable {
        /// Between two looks.
        package var every = Duration.seconds(30)
    }

    /// A program that an alert may run, by its name: `[command.NAME]`.
    package struct Command: Sendable, Hashable {
        package let name: String
        /// The program and its arguments.
        package var run: [String] = []
        /// How long it may take.
        package var timeout = Duration.seconds(30)

        package init(name: String) { self.name = name }
    }
}

extension ReceiverSettings.Alerts {
    static var schema: SectionSchema<Self> {
        SectionSchema(
            name: "alerts",
            keys: [
                Key(
                    "every",
                    \.every,
                    .duration(.seconds(1) ... .seconds(3600)),
                    "How often it is looked whether the rules of alerts hold."
                )
            ]
        )
    }
}

extension ReceiverSettings.Command {
    static var schema: SectionSchema<Self> {
        SectionSchema(
            name: "command",
            keys: [
                Key(
                    "run",
                    \.run,
                    .array(
                        "an array of a program and its arguments",
                        of: .line("a word", maximumBytes: 4096)
                    ),
                    example: "[\"/usr/local/bin/notify\", \"--urgent\"]",
                    "A program that alerts may run; it gets what happened as JSON on standard input."
                ),
                Key(
                    "timeout",
                    \.timeout,
                    .duration(.seconds(1) ... .seconds(600)),
                    "How long it may take before it is killed."
                ),
            ]
        )
    }

    /// Reports a command that runs nothing.
    func check(_ reader: inout ConfigurationReader) {
        let header = "command." + name
        guard reader.isSound(header), run.isEmpty else { return }
        reader.report(
            at: reader.origins[header + ".run"] ?? reader.origins[header],
            "the key \"run\" is missing in [\(header)]; it needs a program"
        )
    }
}
