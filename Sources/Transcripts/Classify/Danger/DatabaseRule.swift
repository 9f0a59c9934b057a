/// Databases and tables that are dropped or emptied.
enum DatabaseRule {
    /// Clients that run SQL.
    private static let clients = [
        "psql", "mysql", "mariadb", "sqlite3", "clickhouse-client", "clickhouse", "sqlcmd", "cqlsh",
        "duckdb", "bq", "snowsql", "cockroach", "usql", "pgcli", "mycli", "d1",
    ]
    static let programs =
        clients + ["dropdb", "mysqladmin", "mongosh", "mongo", "redis-cli", "valkey-cli"]

    static func danger(_ context: DangerContext) -> Danger? {
        if context.traits.contains(.runsFrameworks) { return framework(context) }
        guard context.traits.contains(.isDatabase) else { return nil }
        switch context.name {
        case "dropdb": return context.danger("database_destroy", .critical)
        case "mysqladmin":
            return context.operands.contains { $0 == "drop" }
                ? context.danger("database_destroy", .critical) : nil
        case "mongosh", "mongo":
            if has(context, "dropdatabase(") {
                return context.danger("database_destroy", .critical)
            }
            let isDrop =
                has(context, ".drop(") || has(context, "deletemany({})")
                || has(context, "remove({})")
            return isDrop ? context.danger("database_destroy", .high) : nil
        case "redis-cli", "valkey-cli":
            return has(context, "flushall") || has(context, "flushdb")
                ? context.danger("database_destroy", .critical) : nil
        default:
            return gravest(context).map { context.danger("database_destroy", $0) }
        }
    }

    // MARK: Frameworks

    /// Commands of frameworks that empty the database.
    private static let frameworks: [(words: [StaticString], severity: Finding.Severity)] = [
        (["prisma", "migrate", "reset"], .high),
        (["prisma", "db", "push", "--force-reset"], .high),
        (["artisan", "migrate:fresh"], .high), (["artisan", "db:wipe"], .high),
        (["db:drop"], .high),
        (["db:reset"], .high), (["manage.py", "flush"], .high), (["manage.py", "reset_db"], .high),
        (["supabase", "db", "reset"], .high), (["ecto.drop"], .high), (["ecto.reset"], .high),
        (["sequelize", "db:drop"], .high), (["typeorm", "schema:drop"], .high),
        (["drizzle-kit", "drop"], .high),
        (["knex", "migrate:rollback", "--all"], .high), (["wrangler", "d1", "delete"], .critical),
    ]
    /// Every word of them.
    private static let told = WordSet(frameworks.flatMap { $0.words.map(\.description) })
    static let runners = [
        "npx", "npm", "pnpm", "yarn", "bunx", "bun", "rails", "rake", "bundle", "php", "python",
        "python3", "uv", "poetry", "mix", "prisma", "supabase", "sequelize", "typeorm",
        "drizzle-kit", "knex", "wrangler",
    ]

    private static func framework(_ context: DangerContext) -> Danger? {
        var words = [context.name]
        for word in context.invocation.arguments {
            let name = ShellProgram.baseName(word.text)
            if told.contains(name) { words.append(name) }
        }
        for rule in frameworks {
            var rest = words[...]
            let stands = rule.words.allSatisfy { word in
                guard let index = rest.firstIndex(where: { $0 == word }) else { return false }
                rest = rest[(index + 1)...]
                return true
            }
            if stands { return context.danger("database_destroy", rule.severity) }
        }
        return nil
    }

    // MARK: Statements

    /// Calls `body` for what is handed to the client, its words and its input, until it returns false.
    private static func forEachText(_ context: DangerContext, _ body: (TextBytes) -> Bool) {
        for word in context.invocation.arguments {
            guard body(word.text) else { return }
        }
        if let document = context.program.document(context.invocation) { _ = body(document) }
    }

    private static func has(_ context: DangerContext, _ sign: StaticString) -> Bool {
        var has = false
        forEachText(context) { text in
            has = text.hasIgnoringCase(sign)
            return !has
        }
        return has
    }

    private static let longest = 64 << 10

    private static func gravest(_ context: DangerContext) -> Finding.Severity? {
        var gravest: Finding.Severity?
        forEachText(context) { text in
            guard text.count < longest, text.contains(UInt8(ascii: " ")) else { return true }
            plain(text).withUnsafeBufferPointer { text in
                text.forEachPart(between: ends) { statement in
                    if let severity = severity(statement) {
                        gravest = min(gravest ?? severity, severity)
                    }
                    return gravest != .critical
                }
            }
            return gravest != .critical
        }
        return gravest
    }

    /// A text in lower case, without comments and quoted values.
    private static func plain(_ sql: TextBytes) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(sql.count)
        var index = 0
        while index < sql.count {
            let byte = sql[index]
            if byte == UInt8(ascii: "'") {
                index += 1
                while index < sql.count, sql[index] != byte { index += 1 }
                plain.append(byte)
                plain.append(byte)
            } else if byte == UInt8(ascii: "-"), index + 1 < sql.count, sql[index + 1] == byte {
                while index < sql.count, sql[index] != UInt8(ascii: "\n") { index += 1 }
                plain.append(UInt8(ascii: " "))
            } else {
                plain.append(byte.asciiLowercased)
            }
            index += 1
        }
        return plain
    }

    private static let ends = ByteSet(";")
    private static let blanks = ByteSet(" \t\n\r\u{0b}\u{0c}")
    private static let verbs = WordSet(["drop", "truncate", "delete", "update", "alter"])
    private static let databases = WordSet(["database", "schema", "owned", "keyspace"])
    private static let objects = WordSet([
        "table", "collection", "view", "index", "user", "role", "materialized",
    ])

    /// What matters of a statement from its verb on.
    private struct Statement {
        var verb = TextBytes(start: nil, count: 0)
        var next: TextBytes?
        var hasWhere = false
        var hasSet = false
        var hasDrop = false
        var hasTable = false
    }

    private static func severity(_ statement: TextBytes) -> Finding.Severity? {
        var found = Statement()
        statement.forEachPart(between: blanks) { word in
            if found.verb.isEmpty {
                let bare = word.from(word.firstIndex { $0 != UInt8(ascii: "\"") } ?? word.count)
                if verbs.contains(bare) { found.verb = bare }
                return true
            }
            if found.next == nil { found.next = word }
            switch word {
            case "where": found.hasWhere = true
            case "set": found.hasSet = true
            case "drop": found.hasDrop = true
            case "table": found.hasTable = true
            default: break
            }
            return true
        }
        return severity(found)
    }

    private static func severity(_ statement: Statement) -> Finding.Severity? {
        switch statement.verb {
        case "drop":
            guard let next = statement.next else { return nil }
            return databases.contains(next) ? .critical : objects.contains(next) ? .high : nil
        case "truncate": return .high
        case "delete":
            return statement.next.map { $0 == "from" } == true && !statement.hasWhere ? .high : nil
        case "update": return statement.hasSet && !statement.hasWhere ? .medium : nil
        case "alter": return statement.hasDrop && statement.hasTable ? .medium : nil
        default: return nil
        }
    }
}
