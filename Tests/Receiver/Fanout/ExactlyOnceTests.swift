import Backends
import Catalog
import Core
import Delivery
import Foundation
import Platform
import SQL
import Settings
import TestSupport
import Testing

@testable import Receiver

/// Each backend gets many entries, a third of which change, through 20 faults and restarts, and has each row exactly
/// once in its latest form.
@Suite("Delivery through faults", .serialized)
final class ExactlyOnceTests {
    private static let entries =
        ProcessInfo.processInfo.environment["TAILSHIP_LONG"] == "1" ? 10_000 : 1_500
    private let catalog: ChangingCatalog

    init() throws { catalog = try ChangingCatalog(entries: ExactlyOnceTests.entries) }

    private func settings(_ change: (inout ConsumerSettings) -> Void) -> ConsumerSettings {
        var settings = ConsumerSettings(name: "test")
        settings.batchRows = 400
        settings.batchAge = .zero
        settings.retryLongest = .milliseconds(2)
        settings.blockedWait = .milliseconds(2)
        change(&settings)
        return settings
    }

    /// Works until the consumer has everything, with a fresh driver, as after a restart.
    private func drive(
        _ settings: ConsumerSettings,
        faults: Int,
        seed: UInt64,
        poison: Int64? = nil
    ) throws -> ConsumerStatus {
        let backend = FaultyBackend(
            try BackendFactory.make(settings),
            faults: faults,
            seed: seed,
            poison: poison
        )
        let driver = try ConsumerDriver(
            settings,
            backend: backend,
            storage: BytePath(catalog.folder)
        )
        let deadline = Clock.monotonic() + .seconds(120)
        while Clock.monotonic() < deadline {
            _ = driver.work { _ in true }
            let status = driver.status()
            if status.lag == 0, status.state == .current { break }
            usleep(2000)
        }
        driver.close()
        return driver.status()
    }

    /// The whole life: rows, faults, changes, a restart, faults.
    private func live(_ settings: ConsumerSettings, seed: UInt64) throws {
        #expect(try drive(settings, faults: 10, seed: seed).state == .current)
        try catalog.change()
        let status = try drive(settings, faults: 10, seed: seed + 1)
        #expect(status.state == .current)
        #expect(status.deadLetters == 0)
    }

    private static let tables = ["messages", "responses", "entries", "sessions"]

    // MARK: Backends without a server

    @Test(
        "jsonl: each row stands once for each of its states, and the latest is right",
        arguments: 0..<5
    )
    func lines(seed: UInt64) throws {
        let folder = catalog.folder + "/out"
        let settings = settings { settings in
            settings.backend = .jsonl
            settings.directory = BytePath(folder)
        }
        try live(settings, seed: seed)
        var seen: Set<String> = []
        var latest: [String: (rev: Int64, isDeleted: Bool)] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where name.hasSuffix(".jsonl") {
            let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            for line in text.split(separator: "\n") {
                let row = try #require(
                    JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                )
                let key = "\(row["table"] ?? "")/\(row["id"] ?? "")"
                let rev = (row["rev"] as? NSNumber)?.int64Value ?? 0
                #expect(
                    seen.insert("\(key)@\(rev)").inserted,
                    "\(key) stands twice with rev \(rev)"
                )
                if rev > latest[key]?.rev ?? -1 {
                    latest[key] = (rev, row["deleted"] as? Bool ?? false)
                }
            }
        }
        let kept = latest.filter { !$0.value.isDeleted }.mapValues(\.rev)
        #expect(
            kept.filter {
                ExactlyOnceTests.tables.contains($0.key.prefix { $0 != "/" }.description)
            }
                == (try catalog.rows(of: ExactlyOnceTests.tables))
        )
    }

    @Test("A poison row goes to the dead letters, all others arrive, and a replay brings it home")
    func poison() throws {
        let folder = catalog.folder + "/poison"
        let settings = settings { settings in
            settings.backend = .jsonl
            settings.directory = BytePath(folder)
        }
        let key = try #require(try catalog.rows(of: ["responses"]).keys.sorted().first)
        let id = try #require(Int64(key.dropFirst("responses/".count)))
        #expect(try drive(settings, faults: 5, seed: 1, poison: id).deadLetters == 1)
        let store = try ConsumerStore(path: BytePath(catalog.folder + "/consumers.db"))
        #expect(try store.letters(of: "test").map(\.id) == [id])
        #expect(try store.letters(of: "test").first?.words == "poison")
        try store.order(.replay, to: "test", author: "ann", at: WallTime(nanoseconds: 1))
        #expect(try drive(settings, faults: 0, seed: 1).deadLetters == 0)
    }

    @Test("Rewound to the beginning, a backend ends as it was")
    func rewind() throws {
        let folder = catalog.folder + "/rewound"
        let settings = settings { settings in
            settings.backend = .jsonl
            settings.directory = BytePath(folder)
            settings.by = .session
        }
        let before = try drive(settings, faults: 0, seed: 1)
        let store = try ConsumerStore(path: BytePath(catalog.folder + "/consumers.db"))
        let epoch = try #require(before.cursor?.epoch)
        try store.order(
            .rewind(Cursor(epoch: epoch, rev: 0)),
            to: "test",
            author: "ann",
            at: WallTime(nanoseconds: 1)
        )
        let after = try drive(settings, faults: 5, seed: 1)
        #expect(after.cursor == before.cursor)
        #expect(2 * after.rows > 3 * before.rows)
    }

    @Test("exec: a program of one's own has each row in its latest form", arguments: 0..<2)
    func program(seed: UInt64) throws {
        let script = catalog.folder + "/keep.py"
        let output = catalog.folder + "/kept"
        try """
        import json, sys
        rows = []
        for line in sys.stdin:
            row = json.loads(line)
            if "batch" in row:
                with open("\(output)", "a") as file:
                    for kept in rows:
                        file.write("%s/%s %d %d\\n" % (kept["table"], kept["id"], kept["rev"], kept.get("deleted", False)))
                print("ok", row["batch"], flush=True)
                rows = []
            else:
                rows.append(row)
        """.write(toFile: script, atomically: true, encoding: .utf8)
        let settings = settings { settings in
            settings.backend = .exec
            settings.command = ["python3", script]
        }
        try live(settings, seed: seed)
        var latest: [String: (rev: Int64, isDeleted: Bool)] = [:]
        for line in try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            let rev = Int64(words[1]) ?? 0
            if rev > latest[String(words[0])]?.rev ?? -1 {
                latest[String(words[0])] = (rev, words[2] == "1")
            }
        }
        let kept = latest.filter { !$0.value.isDeleted }.mapValues(\.rev)
        #expect(
            kept.filter {
                ExactlyOnceTests.tables.contains($0.key.prefix { $0 != "/" }.description)
            }
                == (try catalog.rows(of: ExactlyOnceTests.tables))
        )
    }

    // MARK: Real servers

    @Test(
        "postgresql: each row once, in its latest form",
        .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"),
        arguments: 0..<2
    )
    func postgres(seed: UInt64) throws {
        let server = try PostgresServer()
        let settings = settings { settings in
            settings.backend = .postgresql
            settings.url = server.url
            settings.user = "shipper"
            settings.password = "secret"
        }
        try live(settings, seed: seed)
        #expect(
            try server.rows(of: ExactlyOnceTests.tables)
                == catalog.rows(of: ExactlyOnceTests.tables)
        )
    }

    @Test(
        "clickhouse: each row once, in its latest form",
        .enabled(if: PythonServer.isInstalled("chdb"), "make test-servers installs chdb"),
        arguments: 0..<2
    )
    func clickhouse(seed: UInt64) throws {
        let server = try PythonServer("clickhouse", [catalog.folder + "/ch"])
        let settings = settings { settings in
            settings.backend = .clickhouse
            settings.url = "http://127.0.0.1:\(server.port)"
            settings.user = "default"
            settings.password = "secret"
        }
        try live(settings, seed: seed)
        for table in ExactlyOnceTests.tables {
            let query =
                "SELECT '\(table)/' || toString(id), rev FROM tailship.claude_\(table) FINAL"
            let text = try server.post("/", "\(query) FORMAT TabSeparated", user: "default:secret")
            var rows: [String: Int64] = [:]
            for line in text.split(separator: "\n") {
                let words = line.split(separator: "\t")
                #expect(rows.updateValue(Int64(words[1]) ?? 0, forKey: String(words[0])) == nil)
            }
            #expect(try rows == catalog.rows(of: [table]), "\(table)")
        }
    }

    @Test(
        "parquet, read by DuckDB: each row once, in its latest form",
        .enabled(if: PythonServer.isInstalled("duckdb"), "make test-servers installs duckdb"),
        arguments: 0..<2
    )
    func parquet(seed: UInt64) throws {
        let folder = catalog.folder + "/lake"
        let settings = settings { settings in
            settings.backend = .parquet
            settings.directory = BytePath(folder)
        }
        try live(settings, seed: seed)
        for table in ExactlyOnceTests.tables {
            let text = try PythonServer.run(
                """
                import duckdb, pyarrow.parquet, glob
                files = glob.glob("\(folder)/\(table)/**/*.parquet", recursive=True)
                count = sum(pyarrow.parquet.ParquetFile(f).read().num_rows for f in files)
                assert [(count,)] == duckdb.sql(f"SELECT count(*) FROM read_parquet({files})").fetchall()
                for id, rev in duckdb.sql(f\"\"\"SELECT id, rev FROM (SELECT *, row_number() OVER
                        (PARTITION BY id ORDER BY rev DESC) AS n FROM read_parquet({files}))
                        WHERE n = 1 AND NOT is_deleted\"\"\").fetchall():
                    print("\(table)/%d %d" % (id, rev))
                """
            )
            var rows: [String: Int64] = [:]
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ")
                rows[String(words[0])] = Int64(words[1])
            }
            #expect(try rows == catalog.rows(of: [table]), "\(table)")
        }
    }
}
