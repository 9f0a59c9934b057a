extension SourceSettings {
    static var schema: SectionSchema<SourceSettings> {
        SectionSchema(
            name: "source",
            keys: [
                Key("enabled", \.enabled, .boolean, "Whether the source is shipped."),
                Key(
                    "preset",
                    \.preset,
                    .optional(.word()),
                    example: "\"claude-code\"",
                    "The tool whose files these are: claude-code, codex or gemini."
                ),
                Key(
                    "root",
                    \.root,
                    .optional(.path),
                    example: "\"~/.claude\"",
                    "The folder that paths are relative to; without it the preset's own, "
                        + "or what all includes have in common."
                ),
                Key(
                    "include",
                    \.include,
                    .array("an array of patterns", of: .glob),
                    example: "[\"~/notes/**/*.md\"]",
                    "For a source of your own: which files; ** is any number of folders."
                ),
                Key(
                    "exclude",
                    \.exclude,
                    .array("an array of patterns", of: .glob),
                    "Which files never leave this machine; a folder's name takes all that is in it."
                ),
                Key(
                    "mode",
                    \.mode,
                    .optional(.word()),
                    example: "\"tail\"",
                    "For a source of your own: \"tail\" for files that grow, "
                        + "\"snapshot\" for files that are rewritten whole."
                ),
                Key(
                    "follow_links",
                    \.followLinks,
                    .boolean,
                    "Whether symbolic links are followed."
                ),
            ]
        )
    }
}

extension ValueFormat<String> {
    /// A pattern of paths, with `~` and `$NAME` expanded.
    fileprivate static var glob: Self {
        ValueFormat(text: "a pattern such as \"~/notes/**/*.md\"") {
            text,
            context throws(ValueMismatch) in
            let pattern = try context.expand(text, escape: Glob.escaped)
            _ = try Glob(pattern)
            return pattern
        } print: {
            ExpansionContext.escaped($0)
        }
    }
}
