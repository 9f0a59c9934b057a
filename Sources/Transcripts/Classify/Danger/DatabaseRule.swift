/// Databases and tables that are dropped or emptied.
enum DatabaseRule {
    static func dangers(_ context: DangerContext) -> [Danger] {
        let invocation = context.invocation
        switch context.name {
        case "dropdb": return context.danger("database_destroy", .critical)
        case "mysqladmin":
            return context.operands.contains("drop")
                ? context.danger("database_destroy", .critical) : []
        case "psql", "mysql", "mariadb", "sqlite3", "clickhouse-client", "clickhouse", "sqlcmd",
            "cqlsh",
            "duckdb", "bq", "snowsql", "cockroach", "usql", "pgcli", "mycli", "d1":
            return statements(invocation).compactMap(severity).min().map {
                context.danger("database_destroy", $0)
            } ?? []
        case "mongosh", "mongo":
            let script = texts(invocation).joined(separator: " ").lowercased()
            if script.contains("dropdatabase(") {
                return context.danger("database_destroy", .critical)
            }
            let isDrop =
                script.contains(".drop(") || script.contains("deletemany({})")
                || script.contains("remove({})")
            return isDrop ? context.danger("database_destroy", .high) : []
        case "redis-cli", "valkey-cli":
            let words = texts(invocation).joined(separator: " ").lowercased()
            return words.contains("flushall") || words.contains("flushdb")
                ? context.danger("database_destroy", .critical) : []
        default: return framework(context)
        }
    }

    /// Commands of frameworks that empty the database.
    private static let frameworks: [(words: [String], severity: Finding.Severity)] = [
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
    private static let runners: Set<String> = [
        "npx", "npm", "pnpm", "yarn", "bunx", "bun", "rails", "rake", "bundle", "php", "python",
        "python3",
        "uv", "poetry", "mix", "prisma", "supabase", "sequelize", "typeorm", "drizzle-kit", "knex",
        "wrangler",
    ]

    private static func framework(_ context: DangerContext) -> [Danger] {
        guard runners.contains(context.name) else { return [] }
        let words =
            [context.name] + context.invocation.arguments.map { ShellProgram.baseName($0.text) }
        for rule in frameworks {
            var rest = words[...]
            let stands = rule.words.allSatisfy { word in
                guard let index = rest.firstIndex(of: word) else { return false }
                rest = rest[(index + 1)...]
                return true
            }
            if stands { return context.danger("database_destroy", rule.severity) }
        }
        return []
    }

    /// What is handed to the client: its words and its input.
    private static func texts(_ invocation: ShellInvocation) -> [String] {
        invocation.arguments.map(\.text) + [invocation.document].compactMap { $0 }
    }

    /// SQL statements in lower case, without comments and quoted values, with single spaces.
    private static func statements(_ invocation: ShellInvocation) -> [String] {
        texts(invocation).filter { $0.contains(" ") && $0.utf8.count < 64 << 10 }.flatMap { text in
            plain(text).split(separator: ";").map { statement in
                statement.split { $0 == " " || $0.isNewline || $0 == "\t" }.joined(separator: " ")
            }
        }
    }

    private static func plain(_ sql: String) -> String {
        var plain: [UInt8] = []
        let bytes = Array(sql.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "'") {
                index += 1
                while index < bytes.count, bytes[index] != byte { index += 1 }
                plain += Array("''".utf8)
            } else if byte == UInt8(ascii: "-"), index + 1 < bytes.count, bytes[index + 1] == byte {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
                plain.append(UInt8(ascii: " "))
            } else {
                plain.append(byte.asciiLowercased)
            }
            index += 1
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func severity(_ statement: String) -> Finding.Severity? {
        let words = statement.split(separator: " ").map(String.init)
        guard
            let start = words.firstIndex(where: {
                ["drop", "truncate", "delete", "update", "alter"].contains($0.drop { $0 == "\"" })
            })
        else { return nil }
        let rest = words[start...].map { $0 }
        let next = rest.count > 1 ? rest[1] : ""
        switch rest[0].drop(while: { $0 == "\"" }) {
        case "drop":
            if next == "database" || next == "schema" || next == "owned" || next == "keyspace" {
                return .critical
            }
            return ["table", "collection", "view", "index", "user", "role", "materialized"]
                .contains(next) ? .high : nil
        case "truncate": return .high
        case "delete": return next == "from" && !rest.contains("where") ? .high : nil
        case "update": return rest.contains("set") && !rest.contains("where") ? .medium : nil
        case "alter": return rest.contains("drop") && rest.contains("table") ? .medium : nil
        default: return nil
        }
    }
}
