import Catalog
import Core
import Delivery
import Settings

/// Delivers rows to PostgreSQL: COPY into a temporary table, then merged where the `rev` is greater, with the cursor
/// in the same transaction, so that each row is there exactly once whatever is cut.
final class PostgresBackend: Backend {
    private let settings: ConsumerSettings
    private let parameters: [(String, String)]
    private let tables: PostgresSchema
    private let feedTables: [FeedTable]
    private var connection: PostgresConnection?

    init(_ settings: ConsumerSettings) throws(OperatorError) {
        self.settings = settings
        tables = PostgresSchema(prefix: settings.tablePrefix ?? "claude_")
        feedTables = FeedTable.all.filter { settings.delivers($0) }
        // The first may be a whole connection string; what follows wins.
        var parameters = [("dbname", settings.url ?? "")]
        if let database = settings.database { parameters.append(("dbname", database)) }
        if let user = settings.user { parameters.append(("user", user)) }
        let password = try BackendFactory.secret(settings.password, file: settings.passwordFile)
        if let password { parameters.append(("password", password)) }
        if let authority = settings.authority {
            parameters.append(("sslmode", "verify-full"))
            parameters.append(("sslrootcert", authority.description))
        }
        let seconds = max(2, min(10, settings.timeout.nanoseconds / 1_000_000_000))
        parameters.append(("connect_timeout", "\(seconds)"))
        parameters.append(("application_name", "tailship " + settings.name))
        parameters.append(("client_encoding", "UTF8"))
        self.parameters = parameters
    }

    var schema: String {
        tables.statements(feedTables).map { $0 + ";\n" }.joined(separator: "\n")
    }

    func close() { connection = nil }

    // MARK: Schema

    func prepare() throws(Refusal) -> Cursor? {
        connection = nil
        let connection = try PostgresConnection(parameters)
        let timeout = settings.timeout.milliseconds
        try perform(isInsert: false) { () throws(PostgresConnection.Failure) in
            try connection.run(
                "SET statement_timeout = \(timeout); SET client_min_messages = error"
            )
        }
        try createTables(connection)
        try checkColumns(connection)
        let rows = try perform(isInsert: false) { () throws(PostgresConnection.Failure) in
            try connection.run(
                "SELECT epoch, rev FROM \(tables.cursors) WHERE consumer = "
                    + PostgresBackend.quoted(settings.name)
            )
        }
        self.connection = connection
        guard let row = rows.first, let epoch = row[0].flatMap({ UInt64($0, radix: 16) }),
            let rev = row[1].flatMap({ Int64($0) })
        else { return nil }
        return Cursor(epoch: epoch, rev: rev)
    }

    private func createTables(_ connection: PostgresConnection) throws(Refusal) {
        // Two receivers that begin at once must not trip over each other.
        let statements =
            ["BEGIN", "SELECT pg_advisory_xact_lock(7625)"] + tables.statements(feedTables)
            + ["COMMIT"]
        for statement in statements {
            do throws(PostgresConnection.Failure) {
                try connection.run(statement)
            } catch {
                // Whoever may not create tables has had them created; what lacks is told by the next step.
                guard error.state == "42501" else { throw refusal(error, isInsert: false) }
                _ = try? connection.run("ROLLBACK")
                return
            }
        }
    }

    private func checkColumns(_ connection: PostgresConnection) throws(Refusal) {
        let rows = try perform(isInsert: false) { () throws(PostgresConnection.Failure) in
            try connection.run(
                """
                SELECT table_name, column_name, data_type FROM information_schema.columns
                WHERE table_schema = current_schema()
                """
            )
        }
        var types: [String: String] = [:]
        for row in rows { types["\(row[0] ?? "").\(row[1] ?? "")"] = row[2] ?? "" }
        for table in feedTables {
            for column in table.columns {
                let place = "\(tables.prefix)\(table.name).\(column.name)"
                let wanted = PostgresSchema.type(of: column)
                let found =
                    types[place] == "timestamp with time zone" ? "timestamptz" : types[place]
                guard found != wanted else { continue }
                throw .blocked(
                    found.map { "the column \(place) is \($0), and must be \(wanted)" }
                        ?? "there is no column \(place) that this user can see",
                    remedy: "Make the tables as printed by: tailship-receiver consumers schema "
                        + settings.name
                )
            }
        }
    }

    // MARK: Rows

    func deliver(_ batch: DeliveryBatch, from source: any DeliverySource) throws(Refusal) {
        guard let connection else { throw .temporary("not connected") }
        do throws(Refusal) {
            try perform(isInsert: true) { () throws(PostgresConnection.Failure) in
                try connection.run("BEGIN")
                for (table, rows) in batch.tables { try merge(rows, table, connection) }
                if batch.completes, batch.movesCursor { try move(to: batch.through, connection) }
                try connection.run("COMMIT")
            }
        } catch {
            if case .part = error {
                _ = try? connection.run("ROLLBACK")
            } else {
                self.connection = nil
            }
            throw error
        }
    }

    private func merge(
        _ rows: ArraySlice<FeedRow>,
        _ table: FeedTable,
        _ connection: PostgresConnection
    ) throws(PostgresConnection.Failure) {
        let name = tables.name(table)
        for row in rows where row.isDeletion {
            try connection.run("DELETE FROM \(name) WHERE id = \(row.id) AND rev < \(row.rev)")
        }
        var lines: [UInt8] = []
        for row in rows where !row.isDeletion { PostgresCopy.append(row, to: &lines) }
        guard !lines.isEmpty else { return }
        let columns = table.columns.map { "\"\($0.name)\"" }
        let list = columns.joined(separator: ", ")
        let stage = "\"tailship_stage_\(table.name)\""
        try connection.run(
            "CREATE TEMP TABLE IF NOT EXISTS \(stage) (LIKE \(name)) ON COMMIT DELETE ROWS"
        )
        try connection.copy("COPY \(stage) (\(list)) FROM STDIN", lines)
        let changes = columns.dropFirst().map { "\($0) = excluded.\($0)" }
        try connection.run(
            """
            INSERT INTO \(name) AS old (\(list))
            SELECT DISTINCT ON (id) \(list) FROM \(stage) ORDER BY id, rev DESC
            ON CONFLICT (id) DO UPDATE SET \(changes.joined(separator: ", "))
            WHERE excluded.rev >= old.rev
            """
        )
    }

    private func move(
        to cursor: Cursor,
        _ connection: PostgresConnection
    ) throws(PostgresConnection.Failure) {
        try connection.run(
            """
            INSERT INTO \(tables.cursors) (consumer, epoch, rev)
            VALUES (\(PostgresBackend.quoted(settings.name)), '\(Hex.encode(cursor.epoch))', \
            \(cursor.rev))
            ON CONFLICT (consumer) DO UPDATE SET epoch = excluded.epoch, rev = excluded.rev
            """
        )
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" ? "''" : "\($0)" }.joined() + "'"
    }

    // MARK: Failures

    @discardableResult
    private func perform<Value>(
        isInsert: Bool,
        _ body: () throws(PostgresConnection.Failure) -> Value
    ) throws(Refusal) -> Value {
        do throws(PostgresConnection.Failure) {
            return try body()
        } catch {
            throw refusal(error, isInsert: isInsert)
        }
    }

    /// What a failure means, by its class (https://www.postgresql.org/docs/15/errcodes-appendix.html).
    private func refusal(_ failure: PostgresConnection.Failure, isInsert: Bool) -> Refusal {
        switch failure.state.prefix(2) {
        case "22", "23", "54": return isInsert ? .part(failure.words) : .temporary(failure.words)
        case "28", "42":
            // A column or table that went away is found, and made again, by the next preparation.
            if ["42P01", "42703"].contains(failure.state) { return .temporary(failure.words) }
            return .blocked(
                failure.words,
                remedy: "Grant the user what it lacks, or have the tables made: "
                    + "tailship-receiver consumers schema \(settings.name)"
            )
        default: return .temporary(failure.words)
        }
    }
}
