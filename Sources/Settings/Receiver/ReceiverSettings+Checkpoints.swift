import Core

extension ReceiverSettings {
    /// Copies of the rows in files that never change: `[checkpoints]`.
    package struct Checkpoints: Sendable, Hashable {
        /// Nil for none.
        package var directory: BytePath?
        /// Between two of them.
        package var every = Duration.seconds(86_400)
        /// Names of tables; empty for all.
        package var tables: [String] = []
        /// Nil for never.
        package var compressAfter: Duration? = Duration.seconds(7 * 86_400)
        /// Nil for ever.
        package var keep: Duration?
    }
}

extension ReceiverSettings.Checkpoints {
    static var schema: SectionSchema<Self> {
        let most = Duration.seconds(36_500 * 86_400)
        return SectionSchema(
            name: "checkpoints",
            keys: [
                Key(
                    "directory",
                    \.directory,
                    .optional(.path),
                    example: "\"/var/lib/tailship/checkpoints\"",
                    "The folder that rows are exported to; without it none are."
                ),
                Key(
                    "every",
                    \.every,
                    .duration(.seconds(10) ... .seconds(366 * 86_400)),
                    "Between two checkpoints; each has the rows that changed since the one before."
                ),
                Key(
                    "tables",
                    \.tables,
                    .array("an array of names of tables", of: .line("the name of a table")),
                    "Which tables; all of them when it is empty."
                ),
                Key(
                    "compress_after",
                    \.compressAfter,
                    .durationOrOff(.seconds(1)...most),
                    "The age at which segments are compressed (zstd)."
                ),
                Key(
                    "keep",
                    \.keep,
                    .durationOrOff(.seconds(86_400)...most),
                    "The age at which they are deleted; one with all rows is made before."
                ),
            ]
        )
    }
}
