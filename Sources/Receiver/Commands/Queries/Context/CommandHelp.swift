import Catalog

/// What `COMMAND --help` says.
enum CommandHelp {
    private static let dates = """
        A DATE is 2026-11-21 (with --until its end), 2026-11-21T06:30, today, yesterday, or 7d (before now), in the
        zone of this machine (TZ); an offset (…Z, …+01:00) is taken as it is.
        """
    private static let scope = """
          --project P  --agent A  --owner O  --tool T  --model M  --branch B  --session S  --title T  --cost '>1'
          --has X      --since DATE  --until DATE     (values may hold * and ?; X: \
        \(FilterProperty.allCases.map(\.rawValue).joined(separator: ", ")))
        """

    static let sessions = """
        usage: tailship-receiver sessions [QUERY] [options]

        Lists sessions, newest activity first. Tokens and cost include those of subagents, which are listed with
        --all only. QUERY is words of the title and filters, as in search.

        \(scope)
          --name N (a tool that was called)  --path PART  --file GLOB  --command PART
          --sort recent|oldest|cost|tokens|errors   --limit N (20)   --offset N   --all   --json

        \(dates)

        examples:
          tailship-receiver sessions --project ship --since 7d
          tailship-receiver sessions parser has:error tool:codex
          tailship-receiver sessions --sort cost --limit 5 'file:Sources/**'

        """

    static let show = """
        usage: tailship-receiver show SESSION [--all] [--subagents] [--last N]

        A conversation to read. SESSION is any unique beginning of the tool's identifier or of the row's (as sessions
        lists it), or "last". Long outputs are folded.

          --all         fold nothing
          --subagents   the subagents' conversations behind it
          --last N      its last N blocks only

        examples:
          tailship-receiver show last
          tailship-receiver show 5a5a1111 --all | less -R

        """

    static let search = """
        usage: tailship-receiver search QUERY [options]

        Finds what was said, thought, called and answered. All words must be there; "words in this order" (with
        quotes for the shell: '"in this order"'), -without, begin*, either OR other. Best first; a search without
        words has the newest first.

        field:value asks more, -field:value its opposite; values may hold * and ?, and blanks in quotes:
        \(FilterField.allCases.map { field in
            let name = "  \(field.rawValue):"
            return name + String(repeating: " ", count: max(1, 15 - name.count)) + field.explanation
        }.joined(separator: "\n"))
          since: until: after: before: on:   a DATE

        The same as options (--project ship), and:
          --sort rank|newest|oldest   --limit N (20)   --after CURSOR   --offset N
          --group       by session, each with its best matches
          --json        an object a line: the matches, then their number and the cursor of the next page

        \(dates)

        examples:
          tailship-receiver search connection refused -docker project:ship
          tailship-receiver search '"exit code 1" OR segfault tool:Bash after:7d'
          tailship-receiver search 'path:Package.swift has:error'
          tailship-receiver search timeout --group --json

        """

    static let cost = """
        usage: tailship-receiver cost [--by day|week|month|project|model|machine|owner|tool|branch|session] [options]

        Responses, tokens by class, and what they cost. A response without a known price is counted as unpriced, not
        as free. Each token is in one class only; sessions are counted with their subagents.

        \(scope)
          --json        money in millionths of a dollar

        \(dates)

        examples:
          tailship-receiver cost --since 30d
          tailship-receiver cost --by model --project ship
          TZ=UTC tailship-receiver cost --by month --json

        """

    static let report = """
        usage: tailship-receiver report [--since 7d] [--until DATE] [--format md|json] [--to FILE] [options]

        Numbers of a time and their change against as long a time before: sessions, costs, tools, errors, findings,
        quality, conversations. Without --since, the last seven days.

        \(scope)
          --json        as --format json
          --to FILE     instead of the output; --force replaces a file that is there

        \(dates)
        [reports] in receiver.conf has them written every day, week or month.

        examples:
          tailship-receiver report
          tailship-receiver report --since 2026-11-01 --until 2026-11-30 --project ship > november.md
          tailship-receiver report --since yesterday --until yesterday --format json

        """

    static let export = """
        usage: tailship-receiver export SESSION [--format md|html|json|original] [--to PATH] [options]

        A session as a document, as rows, or as the bytes that it came as.

          md         Markdown
          html       one page that needs nothing else: no scripts, nothing from elsewhere
          json       all rows of it
          original   byte for byte the file of the archive; where there are several (subagents have files of their
                     own), --to FOLDER writes them as SOURCE/PATH
          --subagents   the subagents' conversations behind it (md, html, json)
          --secrets     leave found secrets readable in md and html, where they are masked otherwise
          --to PATH     instead of the output; --force replaces what is there

        examples:
          tailship-receiver export 5a5a1111 > session.md
          tailship-receiver export last --format html --subagents --to session.html
          tailship-receiver export 5a5a1111 --format original --to /tmp/session

        """

    static let restore = """
        usage: tailship-receiver restore AGENT --to FOLDER [--source S] [--only GLOB] [--force]

        An agent's files back, each in its latest generation: below FOLDER as SOURCE/PATH, or with --source that
        source's as PATH. They are new files with today's times, so that no tool takes them for old ones and deletes
        them. What is there stays, unless --force; one that was interrupted goes on where it ended.

          --only GLOB   files whose path matches: 'projects/-home-ann-ship/**', '*.jsonl'

        examples:
          tailship-receiver restore ann@laptop --to /tmp/back
          tailship-receiver restore ann@laptop --source claude-code --to ~/.claude

        """

    static let sql = """
        usage: tailship-receiver sql [QUERY] [--format table|csv|json|ndjson]
               tailship-receiver sql --schema

        Any one statement that reads; without QUERY it is read from the input. --schema explains the tables. NULL is
        empty in CSV and null in JSON; a blob is hexadecimal. --format csv puts ' before texts that a spreadsheet
        would run.

        examples:
          tailship-receiver sql "SELECT project, COUNT(*) FROM sessions GROUP BY 1 ORDER BY 2 DESC"
          tailship-receiver sql --format csv "SELECT name, outcome, duration / 1000000 AS ms FROM tool_usage" > calls.csv
          tailship-receiver sql < question.sql

        """
}
