import Core

extension ReceiverSettings {
    /// How long what is kept: `[retention]`; nil for ever.
    package struct Retention: Sendable, Hashable {
        /// Between two looks at what is too old.
        package var every = Duration.seconds(3600)
        /// Files of the archive, since the last of their bytes came.
        package var archive: Duration?
        package var messages: Duration?
        package var responses: Duration?
        package var toolUsage: Duration?
        package var fileAccess: Duration?
        package var contextAnalysis: Duration?
        package var attachments: Duration?
        package var turns: Duration?
        package var compactions: Duration?
        package var findings: Duration?
        package var tags: Duration?
        package var entries: Duration?

        /// Nothing is ever too old.
        package init() {}

        /// The ages of rows by the names of their tables, without `entries`.
        package var tables: [(name: String, age: Duration?)] {
            [
                ("messages", messages), ("responses", responses), ("tool_usage", toolUsage),
                ("file_access", fileAccess), ("context_analysis", contextAnalysis),
                ("attachments", attachments), ("turns", turns), ("compactions", compactions),
                ("findings", findings), ("tags", tags),
            ]
        }
    }

    func checkRetention(_ reader: inout ConfigurationReader) {
        guard reader.isSound("retention"), let entries = retention.entries else { return }
        let longer = retention.tables.filter { $0.age.map { $0 > entries } ?? true }
        guard let first = longer.first else { return }
        let age = first.age.map { DurationText.text($0) } ?? "off"
        reader.report(
            at: reader.origins["retention.entries"],
            "\"entries\" in [retention] is \(DurationText.text(entries)), and "
                + "\"\(first.name)\" is \(age); expected at least the longest of all tables, as "
                + "entries tell where a row stands in the archive"
        )
    }
}

extension ReceiverSettings.Retention {
    static var schema: SectionSchema<Self> {
        SectionSchema(
            name: "retention",
            keys: [
                Key(
                    "every",
                    \.every,
                    .duration(.seconds(60) ... .seconds(30 * 86_400)),
                    "How often it is looked for what is too old."
                ),
                age(
                    "archive",
                    \.archive,
                    "Files of the archive, since the last of their bytes came."
                ),
                age(
                    "messages",
                    \.messages,
                    "What was said: prompts, answers, tool input and output."
                ),
                age(
                    "responses",
                    \.responses,
                    "Answers of models with tokens and cost; sums of cost are of these."
                ),
                age("tool_usage", \.toolUsage, "Calls of tools with their results."),
                age("file_access", \.fileAccess, "Files that were read or written."),
                age(
                    "context_analysis",
                    \.contextAnalysis,
                    "How full the context was at each answer."
                ),
                age(
                    "attachments",
                    \.attachments,
                    "Where images, documents and spilled outputs stand."
                ),
                age("turns", \.turns, "How long turns took."),
                age("compactions", \.compactions, "When a conversation was compacted."),
                age(
                    "findings",
                    \.findings,
                    "Secrets, dangerous commands and sensitive files that were found."
                ),
                age("tags", \.tags, "The classification of messages."),
                age(
                    "entries",
                    \.entries,
                    "Records of files; a session goes with its last. At least the longest of all tables."
                ),
            ]
        )
    }

    private static func age(
        _ name: String,
        _ property: any WritableKeyPath<Self, Duration?> & Sendable,
        _ summary: String
    ) -> Key<Self> {
        Key(name, property, .durationOrOff(.seconds(86_400) ... .seconds(36_500 * 86_400)), summary)
    }
}
