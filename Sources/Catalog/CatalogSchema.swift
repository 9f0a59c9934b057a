import SQL

/// The tables of `catalog.db`, step by step; a released step is never changed.
///
/// Everything in it is derived from the archive: the file can be thrown away and is made again, with the same
/// identifiers. Every row that consumers follow has `id` (an identity that a rebuild repeats), `rev` (one
/// counter over all tables, new with every change), `entry` (the `seq` of the record it was first told by),
/// `agent` and `owner` (numbers of the tables `agents` and `owners`). Times are nanoseconds since 1970, money
/// is millionths of a dollar, booleans are 0 and 1.
///
/// Beside the rows that consumers follow there are the writer's own tables: `session_claims` (the record that
/// decides each field of a session), `titles`, `retractions`, `claims` (the files that tell a row beside the one
/// that attributes it: what must be read again when one of them is forgotten) and `unsettled` (sessions whose
/// derived rows are due). `…_entry` columns name the record that a part of a row is from; `content_entry` is NULL
/// where that is `entry`. `messages.message_key` and `tool_usage.message_key` join `responses.message_key`,
/// A row whose `timestamp` changes leaves the former one in `moves`, for consumers that keep rows by their time;
/// `tombstones` have that of the row that is gone.
/// `retired` has the rows that were taken out for their age, which are never written again; `erased_records` the files
/// with records of sessions that were erased. `session_changes` has the greatest `rev` when a row of a session was
/// written last, whatever it was: as long as that is the same, so is all that the session's rows tell.
/// `session_answers` has what the page's questions found in a session when that was its `stamp`.
/// `call` joins `tool_usage.id`, `tags.id` is the message's. Durations are nanoseconds.
/// `messages.normal_hash` is the beginning of the SHA-256 of a prompt's or an output's text with its white space
/// normalised, where it is long enough to be told apart by it (`NormalisedText`).
package enum CatalogSchema {
    /// The steps.
    package static let migrations = Migrations([
        files, rows, lifecycle, changes, answers, fragments, words,
    ])

    private static let files = """
        CREATE TABLE files (
            file INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            agent BLOB NOT NULL,
            source TEXT NOT NULL,
            path BLOB NOT NULL,
            held INTEGER NOT NULL,
            digest_state TEXT NOT NULL,
            deleted INTEGER NOT NULL,
            closed INTEGER NOT NULL,
            began INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            parsed_offset INTEGER NOT NULL DEFAULT 0,
            lines INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (file, generation)
        ) WITHOUT ROWID;
        CREATE INDEX files_by_path ON files (agent, source, path);
        """

    /// `files` is made anew: nothing was ever derived from it that is not derived again.
    private static let rows = """
        DROP TABLE files;
        CREATE TABLE properties (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE owners (owner INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE agents (
            agent INTEGER PRIMARY KEY,
            identity TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            owner INTEGER NOT NULL REFERENCES owners
        );
        CREATE TABLE files (
            id INTEGER PRIMARY KEY,
            rev INTEGER NOT NULL,
            file INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            source TEXT NOT NULL,
            path TEXT NOT NULL,
            tool TEXT NOT NULL,
            held INTEGER NOT NULL,
            digest_state TEXT NOT NULL,
            deleted INTEGER NOT NULL,
            closed INTEGER NOT NULL,
            began INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            changes INTEGER NOT NULL,
            hold INTEGER NOT NULL DEFAULT 0,
            expired INTEGER NOT NULL DEFAULT 0,
            parsed_offset INTEGER NOT NULL DEFAULT 0,
            lines INTEGER NOT NULL DEFAULT 0,
            entries INTEGER NOT NULL DEFAULT 0,
            malformed INTEGER NOT NULL DEFAULT 0,
            recovered INTEGER NOT NULL DEFAULT 0,
            unknown INTEGER NOT NULL DEFAULT 0,
            first_timestamp INTEGER,
            state BLOB
        );
        CREATE INDEX files_by_rev ON files (rev);
        CREATE INDEX files_by_path ON files (agent, source, path);

        CREATE TABLE entries (
            seq INTEGER PRIMARY KEY,
            id INTEGER NOT NULL,
            rev INTEGER NOT NULL,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            file INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            length INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            tool TEXT NOT NULL,
            kind TEXT NOT NULL,
            event INTEGER NOT NULL,
            first INTEGER NOT NULL,
            uuid_key BLOB,
            parent_key BLOB,
            session INTEGER,
            timestamp INTEGER,
            received INTEGER NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            sidechain INTEGER NOT NULL,
            uuid TEXT GENERATED ALWAYS AS (uuid_text(uuid_key)) VIRTUAL,
            parent TEXT GENERATED ALWAYS AS (uuid_text(parent_key)) VIRTUAL
        );
        CREATE INDEX entries_by_rev ON entries (rev);
        CREATE INDEX entries_by_event ON entries (event);
        CREATE INDEX entries_by_file ON entries (file, offset, ordinal);
        CREATE INDEX entries_by_session ON entries (session, timestamp) WHERE session IS NOT NULL;

        CREATE TABLE claims (
            id INTEGER NOT NULL,
            file INTEGER NOT NULL,
            PRIMARY KEY (id, file)
        ) WITHOUT ROWID;

        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            rev INTEGER NOT NULL,
            entry INTEGER,
            agent INTEGER,
            owner INTEGER NOT NULL,
            tool TEXT NOT NULL,
            session TEXT NOT NULL,
            title TEXT,
            title_source TEXT,
            project TEXT,
            cwd TEXT,
            git_branch TEXT,
            git_remote TEXT,
            version TEXT,
            entrypoint TEXT,
            link TEXT,
            parent INTEGER,
            parent_call TEXT,
            lineage TEXT,
            agent_type TEXT,
            started INTEGER,
            ended INTEGER,
            received INTEGER,
            models TEXT,
            entries INTEGER NOT NULL DEFAULT 0,
            prompts INTEGER NOT NULL DEFAULT 0,
            messages INTEGER NOT NULL DEFAULT 0,
            responses INTEGER NOT NULL DEFAULT 0,
            tool_calls INTEGER NOT NULL DEFAULT 0,
            tool_errors INTEGER NOT NULL DEFAULT 0,
            files_touched INTEGER NOT NULL DEFAULT 0,
            findings INTEGER NOT NULL DEFAULT 0,
            compactions INTEGER NOT NULL DEFAULT 0,
            input_tokens INTEGER NOT NULL DEFAULT 0,
            output_tokens INTEGER NOT NULL DEFAULT 0,
            cache_write_tokens INTEGER NOT NULL DEFAULT 0,
            cache_read_tokens INTEGER NOT NULL DEFAULT 0,
            cost INTEGER NOT NULL DEFAULT 0,
            unpriced INTEGER NOT NULL DEFAULT 0,
            peak_context INTEGER,
            turn_time INTEGER NOT NULL DEFAULT 0,
            active_time INTEGER,
            retries INTEGER,
            churn INTEGER,
            failure_streak INTEGER,
            looping INTEGER,
            mid_task_compactions INTEGER,
            edit_turns INTEGER,
            one_shot_turns INTEGER,
            reads INTEGER,
            rereads INTEGER,
            health INTEGER,
            grade TEXT,
            outcome TEXT,
            integrity TEXT,
            hold INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX sessions_by_rev ON sessions (rev);
        CREATE INDEX sessions_by_end ON sessions (ended);
        CREATE INDEX sessions_by_name ON sessions (session);
        CREATE INDEX sessions_by_parent ON sessions (parent) WHERE parent IS NOT NULL;

        CREATE TABLE session_claims (
            session INTEGER PRIMARY KEY,
            origin INTEGER,
            cwd INTEGER,
            git_remote INTEGER,
            entrypoint INTEGER,
            parent INTEGER,
            lineage INTEGER,
            parent_call INTEGER,
            agent_type INTEGER,
            git_branch INTEGER,
            version INTEGER,
            link INTEGER
        );
        CREATE TABLE unsettled (session INTEGER PRIMARY KEY) WITHOUT ROWID;

        CREATE TABLE titles (
            id INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL,
            session INTEGER,
            leaf INTEGER,
            source INTEGER NOT NULL,
            text TEXT NOT NULL
        );
        CREATE INDEX titles_by_session ON titles (session) WHERE session IS NOT NULL;
        CREATE INDEX titles_by_leaf ON titles (leaf) WHERE leaf IS NOT NULL;

        CREATE TABLE turns (
            id INTEGER PRIMARY KEY,
            rev INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            session INTEGER,
            timestamp INTEGER,
            duration INTEGER NOT NULL
        );
        CREATE INDEX turns_by_rev ON turns (rev);
        CREATE INDEX turns_by_session ON turns (session) WHERE session IS NOT NULL;

        CREATE TABLE compactions (
            id INTEGER PRIMARY KEY,
            rev INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            session INTEGER,
            timestamp INTEGER,
            trigger TEXT,
            tokens_before INTEGER,
            tokens_after INTEGER,
            partial INTEGER NOT NULL
        );
        CREATE INDEX compactions_by_rev ON compactions (rev);
        CREATE INDEX compactions_by_session ON compactions (session) WHERE session IS NOT NULL;

        CREATE TABLE retractions (
            id INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL,
            version INTEGER NOT NULL
        );

        CREATE TABLE messages (
            row INTEGER PRIMARY KEY,
            id INTEGER NOT NULL UNIQUE,
            rev INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            content_entry INTEGER,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            session INTEGER,
            tool TEXT NOT NULL,
            role TEXT NOT NULL,
            kind TEXT NOT NULL,
            model TEXT,
            timestamp INTEGER,
            block INTEGER NOT NULL,
            length INTEGER NOT NULL,
            sha256 BLOB NOT NULL,
            normal_hash INTEGER,
            sidechain INTEGER NOT NULL,
            language TEXT,
            has_code INTEGER NOT NULL,
            has_paths INTEGER NOT NULL,
            has_secrets INTEGER NOT NULL,
            repaired INTEGER NOT NULL,
            message_key INTEGER,
            call INTEGER,
            version INTEGER NOT NULL,
            retracted INTEGER NOT NULL DEFAULT 0,
            body BLOB NOT NULL,
            text TEXT GENERATED ALWAYS AS (unpacked(body)) VIRTUAL
        );
        CREATE INDEX messages_by_rev ON messages (rev);
        CREATE INDEX messages_by_session ON messages (session, timestamp);

        CREATE TABLE responses (
            id INTEGER PRIMARY KEY,
            rev INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            session INTEGER,
            tool TEXT NOT NULL,
            message_key INTEGER NOT NULL,
            message_id TEXT,
            request_id TEXT,
            model TEXT,
            timestamp INTEGER,
            sidechain INTEGER NOT NULL,
            input_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            reasoning_tokens INTEGER NOT NULL,
            cache_write_5m_tokens INTEGER NOT NULL,
            cache_write_1h_tokens INTEGER NOT NULL,
            cache_read_tokens INTEGER NOT NULL,
            web_searches INTEGER NOT NULL,
            speed TEXT,
            geography TEXT,
            stop_reason TEXT,
            error INTEGER NOT NULL,
            tool_cost INTEGER,
            cost INTEGER,
            price_version TEXT,
            context_window INTEGER
        );
        CREATE INDEX responses_by_rev ON responses (rev);
        CREATE INDEX responses_by_key ON responses (message_key);
        CREATE INDEX responses_by_time ON responses (timestamp);
        CREATE INDEX responses_by_session ON responses (session, timestamp);

        CREATE TABLE tool_usage (
            row INTEGER PRIMARY KEY,
            id INTEGER NOT NULL UNIQUE,
            rev INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            call_entry INTEGER,
            content_entry INTEGER,
            result_entry INTEGER,
            result_content_entry INTEGER,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            session INTEGER,
            tool TEXT NOT NULL,
            call TEXT,
            name TEXT,
            category TEXT,
            mcp_server TEXT,
            model TEXT,
            file_path TEXT,
            command TEXT,
            query TEXT,
            target_directory TEXT,
            input_size INTEGER,
            input_hash INTEGER,
            timestamp INTEGER,
            result_timestamp INTEGER,
            outcome TEXT,
            success INTEGER,
            error_text TEXT,
            error_class TEXT,
            exit_code INTEGER,
            result_type TEXT,
            result_size INTEGER,
            duration INTEGER,
            duration_measured INTEGER NOT NULL DEFAULT 0,
            subagent TEXT,
            sensitive INTEGER NOT NULL DEFAULT 0,
            system_files INTEGER NOT NULL DEFAULT 0,
            network INTEGER NOT NULL DEFAULT 0,
            danger TEXT,
            sidechain INTEGER NOT NULL DEFAULT 0,
            message_key INTEGER,
            version INTEGER NOT NULL DEFAULT 0,
            result_version INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX tool_usage_by_rev ON tool_usage (rev);
        CREATE INDEX tool_usage_by_session ON tool_usage (session, timestamp);
        CREATE INDEX tool_usage_by_name ON tool_usage (name, timestamp);

        CREATE TABLE file_access (
            id INTEGER PRIMARY KEY,
            rev INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            session INTEGER,
            tool TEXT NOT NULL,
            call INTEGER,
            path TEXT NOT NULL,
            operation TEXT NOT NULL,
            size INTEGER,
            lines_added INTEGER,
            lines_removed INTEGER,
            range TEXT,
            extension TEXT,
            content_type TEXT,
            sensitive INTEGER NOT NULL,
            pattern TEXT,
            timestamp INTEGER
        );
        CREATE INDEX file_access_by_rev ON file_access (rev);
        CREATE INDEX file_access_by_session ON file_access (session, timestamp);
        CREATE INDEX file_access_by_path ON file_access (path, timestamp);

        CREATE TABLE context_analysis (
            id INTEGER PRIMARY KEY,
            rev INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            session INTEGER NOT NULL,
            timestamp INTEGER,
            context_tokens INTEGER NOT NULL,
            context_bytes INTEGER NOT NULL,
            window INTEGER,
            pressure REAL,
            compactions INTEGER NOT NULL,
            redundancy REAL,
            efficiency REAL
        );
        CREATE INDEX context_analysis_by_rev ON context_analysis (rev);
        CREATE INDEX context_analysis_by_session ON context_analysis (session, timestamp);

        CREATE TABLE findings (
            id INTEGER PRIMARY KEY,
            rev INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            session INTEGER,
            message INTEGER,
            call INTEGER,
            access INTEGER,
            kind TEXT NOT NULL,
            rule TEXT NOT NULL,
            severity TEXT NOT NULL,
            confidence TEXT NOT NULL,
            masked TEXT NOT NULL,
            hash BLOB,
            start INTEGER NOT NULL,
            length INTEGER NOT NULL,
            timestamp INTEGER
        );
        CREATE INDEX findings_by_rev ON findings (rev);
        CREATE INDEX findings_by_session ON findings (session) WHERE session IS NOT NULL;
        CREATE INDEX findings_by_rule ON findings (rule, timestamp);
        CREATE INDEX findings_by_message ON findings (message) WHERE message IS NOT NULL;
        CREATE INDEX findings_by_call ON findings (call) WHERE call IS NOT NULL;
        CREATE INDEX findings_by_access ON findings (access) WHERE access IS NOT NULL;

        CREATE TABLE attachments (
            id INTEGER PRIMARY KEY,
            rev INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            session INTEGER,
            kind TEXT NOT NULL,
            media_type TEXT,
            size INTEGER NOT NULL,
            hash INTEGER,
            path TEXT,
            call INTEGER,
            file INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            length INTEGER NOT NULL
        );
        CREATE INDEX attachments_by_rev ON attachments (rev);
        CREATE INDEX attachments_by_session ON attachments (session) WHERE session IS NOT NULL;

        CREATE TABLE tags (
            id INTEGER PRIMARY KEY,
            rev INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            session INTEGER,
            message INTEGER NOT NULL,
            ruleset TEXT NOT NULL,
            domain_chain TEXT NOT NULL,
            ace_tier TEXT NOT NULL,
            shl TEXT NOT NULL,
            keywords TEXT NOT NULL,
            message_type TEXT NOT NULL,
            project_tag TEXT,
            task_category TEXT
        );
        CREATE INDEX tags_by_rev ON tags (rev);
        CREATE INDEX tags_by_session ON tags (session) WHERE session IS NOT NULL;

        CREATE TABLE tombstones (
            rev INTEGER PRIMARY KEY,
            table_name TEXT NOT NULL,
            id INTEGER NOT NULL,
            timestamp INTEGER,
            UNIQUE (table_name, id)
        );
        CREATE TABLE moves (
            rev INTEGER PRIMARY KEY,
            table_name TEXT NOT NULL,
            id INTEGER NOT NULL,
            timestamp INTEGER
        );

        CREATE VIRTUAL TABLE words USING fts5 (
            text, content = 'messages', content_rowid = 'row', tokenize = 'unicode61'
        );
        CREATE VIRTUAL TABLE fragments USING fts5 (
            file_path, command, query,
            content = 'tool_usage', content_rowid = 'row', tokenize = 'trigram',
            columnsize = 0
        );
        """

    private static let lifecycle = """
        CREATE TABLE retired (
            id INTEGER NOT NULL,
            table_name TEXT NOT NULL,
            PRIMARY KEY (id, table_name)
        ) WITHOUT ROWID;
        CREATE TABLE erased_records (file INTEGER PRIMARY KEY);
        """

    private static let changes = """
        CREATE TABLE session_changes (session INTEGER PRIMARY KEY, rev INTEGER NOT NULL);
        CREATE INDEX tool_usage_by_time ON tool_usage (timestamp);
        CREATE INDEX file_access_by_time ON file_access (timestamp);
        CREATE INDEX context_analysis_by_time ON context_analysis (timestamp);
        CREATE INDEX findings_by_time ON findings (timestamp);
        CREATE INDEX entries_of_copies ON entries (file) WHERE first <> seq;
        """

    /// See `SessionAnswers`; what is no longer true is gone with the change that made it so.
    private static let answers = """
        CREATE TABLE session_answers (
            session INTEGER PRIMARY KEY,
            stamp INTEGER NOT NULL,
            form INTEGER NOT NULL,
            answers BLOB NOT NULL
        );
        CREATE TRIGGER session_answers_stale AFTER INSERT ON session_changes BEGIN
            DELETE FROM session_answers WHERE session = NEW.session;
        END;
        CREATE TRIGGER session_answers_gone AFTER DELETE ON session_changes BEGIN
            DELETE FROM session_answers WHERE session = OLD.session;
        END;
        """
}
