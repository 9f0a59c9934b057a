/// A table as consumers get it: its rows whole, with the names of machines, people and sessions in the place of
/// the catalog's numbers.
package final class FeedTable: Hashable, Sendable {
    /// The name, in the catalog and for consumers.
    package let name: String
    /// What a row is.
    package let summary: String
    /// Of every row: `id` first, then `rev`.
    package let columns: [FeedColumn]
    /// The column of the catalog that a row is identified by.
    let key: String
    /// Whether its rows have a column `session`.
    let hasSession: Bool
    /// Where the column stands with the time that a row belongs to; nil for a table whose rows are of no one time.
    package let timeIndex: Int?
    /// The columns' kinds.
    package let kinds: [FeedColumn.Kind]
    /// The columns' names as they stand in an object of JSON: `"name":`.
    let keys: [[UInt8]]
    /// Whether a row has the same text there as the one before it, as a rule.
    let isRepeating: [Bool]

    private init(
        name: String,
        summary: String,
        columns: [FeedColumn],
        key: String,
        hasSession: Bool
    ) {
        self.name = name
        self.summary = summary
        self.columns = columns
        self.key = key
        self.hasSession = hasSession
        timeIndex = columns.firstIndex { $0.name == "timestamp" }
        kinds = columns.map(\.kind)
        keys = columns.map { Array("\"\($0.name)\":".utf8) }
        isRepeating = columns.map { $0.isWord || $0.name == "session" || $0.name == "path" }
    }

    /// Tables are the same when their names are.
    package static func == (a: FeedTable, b: FeedTable) -> Bool { a === b || a.name == b.name }
    /// Hashes the name.
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// Where a column stands in a row; nil for a name that is none.
    package func index(of column: String) -> Int? {
        columns.firstIndex { $0.name == column }
    }

    /// The column with the time that a row belongs to; nil for a table whose rows are of no one time.
    package var timeColumn: String? { timeIndex.map { columns[$0].name } }

    /// The table of this name; nil when there is none.
    package static func named(_ name: String) -> FeedTable? { all.first { $0.name == name } }

    /// All tables, in the order in which they are documented.
    package static let all: [FeedTable] = [
        sessions, messages, responses, toolUsage, fileAccess, contextAnalysis, findings, tags,
        attachments, turns, compactions, files, entries,
    ]

    /// The columns that every row begins with.
    private static func head(_ key: String, withSession: Bool) -> [FeedColumn] {
        [
            .constant("id", .identifier, "The row; the highest rev of an id wins.", "t." + key),
            .constant("rev", .integer, "Number of this state of the row."),
            .text("agent", "Identity of the agent (the workstation's).", "a.identity"),
            .text("machine", "Name of the workstation.", "a.name"),
            .constant("owner", .text, "Whose it is.", "o.name"),
            .constant("tool", .text, "The tool, such as claude-code or codex.", "t.tool"),
        ]
            + (withSession
                ? [
                    .text("session", "The tool's own identifier of the session.", "s.session"),
                    .identifier("session_id", "The session: sessions.id.", "t.session"),
                ]
                : [])
    }

    private static func table(
        _ name: String,
        _ summary: String,
        key: String = "id",
        hasSession: Bool = true,
        hasTool: Bool = true,
        _ columns: [FeedColumn]
    ) -> FeedTable {
        var all = head(key, withSession: hasSession) + columns
        // Where the catalog has no such column, the session tells it.
        if !hasTool, let index = all.firstIndex(where: { $0.name == "tool" }) {
            all[index] = .text("tool", all[index].summary, "s.tool")
        }
        return FeedTable(
            name: name,
            summary: summary,
            columns: all,
            key: key,
            hasSession: hasSession
        )
    }
}

extension FeedTable {
    static let messages = table(
        "messages",
        "A block of a conversation: prompt, answer, thinking, tool input, tool output.",
        [
            .time("timestamp", "When it was said."),
            .text("role", "user, assistant, tool or system."),
            .text("kind", "prompt, text, thinking, tool_use, tool_result and others."),
            .text("model", "The model that answered."),
            .integer("block", "Its place in its record."),
            .text("text", "What was said, at most 1 MiB of it."),
            .integer("length", "Bytes of the whole text."),
            .hexadecimal("sha256", "SHA-256 of the whole text."),
            .flag("sidechain", "Whether a subagent said it."),
            .text("language", "The language it seems to be in."),
            .flag("has_code", "Whether it has code."),
            .flag("has_paths", "Whether it has paths of files."),
            .flag("has_secrets", "Whether a secret was found in it."),
            .flag("repaired", "Whether bytes were no UTF-8 and were replaced."),
            .flag("retracted", "Whether the tool took it back."),
            .identifier("message_key", "The answer that it is a part of: responses.message_key."),
            .identifier("call", "The call that it belongs to: tool_usage.id."),
        ]
    )

    static let responses = table(
        "responses",
        "A distinct answer of a model, with its tokens and cost.",
        [
            .time("timestamp", "When it was given."),
            .identifier("message_key", "What messages and calls of the answer have in common."),
            .text("message_id", "The provider's identifier of the message."),
            .text("request_id", "The provider's identifier of the request."),
            .text("model", "The model."),
            .flag("sidechain", "Whether it was a subagent's."),
            .integer("input_tokens", "Tokens read that no cache had."),
            .integer("output_tokens", "Tokens written, reasoning among them."),
            .integer("reasoning_tokens", "Of these the reasoning, where it is told."),
            .integer("cache_write_5m_tokens", "Tokens put into the cache for 5 minutes."),
            .integer("cache_write_1h_tokens", "Tokens put into the cache for an hour."),
            .integer("cache_read_tokens", "Tokens read from the cache."),
            .integer("web_searches", "Searches that the provider did."),
            .text("speed", "The service's class, where it is told."),
            .text("stop_reason", "Why it ended."),
            .flag("error", "Whether it is an error of the provider."),
            .integer("cost", "Millionths of a dollar; NULL when no price is known."),
            .text("price_version", "The price table that the cost is of."),
            .integer("context_window", "Tokens that the model can read."),
        ]
    )

    static let toolUsage = table(
        "tool_usage",
        "A call of a tool, joined with its result.",
        [
            .time("timestamp", "When it was called."),
            .time("result_timestamp", "When its result came."),
            .text("call", "The tool's own identifier of the call."),
            .text("name", "The name of what was called."),
            .text("category", "What kind of tool it is."),
            .text("mcp_server", "The MCP server it is of."),
            .text("model", "The model that called it."),
            .text("file_path", "The file it is about."),
            .text("command", "The command it ran."),
            .text("query", "What it searched for."),
            .text("target_directory", "The folder it looked in."),
            .integer("input_size", "Bytes of its input."),
            .text("outcome", "What became of it: success, error, interrupted and others."),
            .flag("success", "Whether it gave a result without an error; NULL without result."),
            .text("error_text", "The error."),
            .text("error_class", "What kind of error it is."),
            .integer("exit_code", "The exit status of a command."),
            .text("result_type", "What kind of result it gave."),
            .integer("result_size", "Bytes of its result."),
            .integer("duration", "Nanoseconds from call to result."),
            .flag("duration_measured", "Whether the tool itself told the duration."),
            .text("subagent", "The subagent that it started."),
            .flag("sensitive", "Whether it touched something sensitive."),
            .flag("system_files", "Whether it changed files of the system."),
            .flag("network", "Whether it used the network."),
            .text("danger", "Class of a dangerous command."),
            .flag("sidechain", "Whether a subagent called it."),
            .identifier("message_key", "The answer that called it: responses.message_key."),
        ]
    )

    static let fileAccess = table(
        "file_access",
        "A file that a tool touched.",
        [
            .time("timestamp", "When."),
            .identifier("call", "The call that did: tool_usage.id."),
            .text("path", "The file."),
            .text("operation", "read, write, edit and others."),
            .integer("size", "Bytes of its content."),
            .integer("lines_added", "Lines that were added."),
            .integer("lines_removed", "Lines that were removed."),
            .text("range", "The lines that were read."),
            .text("extension", "The extension of its name."),
            .text("content_type", "What kind of file it is."),
            .flag("sensitive", "Whether it is a sensitive file."),
            .text("pattern", "first, repeated or batch access."),
        ]
    )

    static let contextAnalysis = table(
        "context_analysis",
        "The context of a model at one of its answers.",
        hasTool: false,
        [
            .time("timestamp", "When."),
            .integer("context_tokens", "Tokens in the context."),
            .integer("context_bytes", "Bytes in the context."),
            .integer("window", "Tokens that the model can read."),
            .real("pressure", "Share of the window that is taken, 0 to 1."),
            .integer("compactions", "Compactions of the session until then."),
            .real("redundancy", "Share of large pasted or printed texts that came before, 0 to 1."),
            .real("efficiency", "Share of the context that was of use, 0 to 1."),
        ]
    )

    static let findings = table(
        "findings",
        "A secret, a dangerous command or a sensitive access.",
        hasTool: false,
        [
            .time("timestamp", "When."),
            .identifier("message", "The message it is in: messages.id."),
            .identifier("call", "The call it is in: tool_usage.id."),
            .identifier("access", "The access it is about: file_access.id."),
            .text("kind", "secret, command or access."),
            .text("rule", "The rule that found it."),
            .text("severity", "How bad it is."),
            .text("confidence", "How sure it is."),
            .text("masked", "What was found, with its middle hidden."),
            .hexadecimal("hash", "A keyed hash of it: equal secrets have equal hashes."),
        ]
    )

    static let tags = table(
        "tags",
        "What a prompt or answer is about, by the classic rules.",
        hasTool: false,
        [
            .identifier("message", "The message: messages.id."),
            .text("ruleset", "The rules: classic."),
            .text("domain_chain", "The domain."),
            .text("ace_tier", "A, C or E."),
            .text("shl", "Short-hand labels, separated by blanks."),
            .text("keywords", "Keywords, separated by commas."),
            .text("message_type", "The type of message."),
            .text("project_tag", "The project's tag."),
            .text("task_category", "The task's category."),
        ]
    )

    static let attachments = table(
        "attachments",
        "An image, a document or a spilled output.",
        hasTool: false,
        [
            .text("kind", "What it is."),
            .text("media_type", "Its media type."),
            .integer("size", "Bytes."),
            .text("path", "The file that it stands in, where it is one."),
            .identifier("call", "The call it belongs to: tool_usage.id."),
            .identifier("file", "The file of the archive: files.id."),
            .integer("offset", "Where its record begins there."),
            .integer("length", "Bytes of its record."),
        ]
    )

    static let turns = table(
        "turns",
        "The time that the tool took for a turn.",
        hasTool: false,
        [
            .time("timestamp", "When it ended."),
            .integer("duration", "Nanoseconds."),
        ]
    )

    static let compactions = table(
        "compactions",
        "A compaction of a session's context.",
        hasTool: false,
        [
            .time("timestamp", "When."),
            .text("trigger", "auto or manual."),
            .integer("tokens_before", "Tokens before."),
            .integer("tokens_after", "Tokens after."),
            .flag("partial", "Whether only a part was compacted."),
        ]
    )
}

extension FeedTable {
    static let sessions = table(
        "sessions",
        "A session of a tool, with its totals.",
        hasSession: false,
        [
            .constant("session", .text, "The tool's own identifier; a subagent's is parent/agent."),
            .text("title", "Its title."),
            .text("project", "Its project."),
            .text("cwd", "The folder it began in."),
            .text("git_branch", "The branch."),
            .text("git_remote", "The remote of the repository."),
            .text("version", "The tool's version."),
            .identifier("parent", "The session it comes from: sessions.id."),
            .text("lineage", "subagent, resumed, forked or compacted."),
            .text("agent_type", "The type of subagent."),
            .time("started", "When it began."),
            .time("ended", "Its last activity."),
            .text("models", "The models that answered."),
            .integer("prompts", "Prompts of a person."),
            .integer("messages", "Messages."),
            .integer("responses", "Distinct answers."),
            .integer("tool_calls", "Calls of tools."),
            .integer("tool_errors", "Calls that failed."),
            .integer("files_touched", "Files."),
            .integer("findings", "Findings."),
            .integer("compactions", "Compactions."),
            .integer("input_tokens", "Tokens read that no cache had."),
            .integer("output_tokens", "Tokens written."),
            .integer("cache_write_tokens", "Tokens put into a cache."),
            .integer("cache_read_tokens", "Tokens read from a cache."),
            .integer("cost", "Millionths of a dollar, of the answers that are priced."),
            .integer("unpriced", "Answers without a price."),
            .integer("peak_context", "The largest context, in tokens."),
            .integer("turn_time", "Nanoseconds that the tool worked."),
            .integer("health", "0 to 100."),
            .text("grade", "A to F."),
            .text("outcome", "How it seems to have ended."),
            .text("integrity", "What is known of gaps and damage."),
        ]
    )

    static let files = table(
        "files",
        "A file of a workstation, in one of its generations.",
        hasSession: false,
        [
            .text("source", "The source of the agent's configuration."),
            .text("path", "The path in its source."),
            .integer("generation", "1 for the first content of the path."),
            .integer("held", "Bytes in the archive."),
            .text("digest_state", "unverified, verified or mismatch."),
            .flag("deleted", "Whether the workstation has deleted it."),
            .flag("closed", "Whether nothing more can come."),
            .time("began", "When its first bytes came."),
            .time("changed", "When its last bytes came."),
            .integer("changes", "How often it grew."),
            .integer("lines", "Lines."),
            .integer("malformed", "Records that could not be read."),
            .integer("recovered", "Records that were read out of damaged lines."),
            .integer("unknown", "Records of unknown types."),
        ]
    )

    static let entries = table(
        "entries",
        "A record of a file, where it stands; every copy in every file.",
        [
            .time("timestamp", "What it says of its time."),
            .time("received", "When its bytes came."),
            .identifier("file", "The file: files.id."),
            .text(
                "path",
                "The file's path in its source.",
                "(SELECT path FROM files WHERE id = t.file)"
            ),
            .integer("offset", "Where it begins there."),
            .integer("length", "Bytes."),
            .integer("ordinal", "Its place among the records of its line."),
            .text("kind", "What the tool calls it."),
            .text("uuid", "The tool's own identifier."),
            .text("parent", "The identifier of the record it follows."),
            .text("status", "ok, recovered, malformed or unknown."),
            .text("reason", "Why it is not ok."),
            .flag("sidechain", "Whether it is a subagent's."),
        ]
    )
}
