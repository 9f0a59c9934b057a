import Core
import Foundation
import Settings
import TestSupport
import Testing

/// A folder of JSON lines.
final class LinesTarget: DeliveryTarget {
    private let folder: String

    init(_ folder: String) { self.folder = folder }

    func configure(_ settings: inout ConsumerSettings, port: Int) {
        settings.backend = .jsonl
        settings.directory = BytePath(folder)
        settings.fileSize = 1 << 20
        settings.compress = true
    }

    /// States of rows that stand there more than once.
    func repeats() throws -> [String] {
        var seen: Set<String> = []
        var repeats: [String] = []
        try forEachLine { row in
            let key = "\(row["table"] ?? "")/\(row["id"] ?? "")@\(row["rev"] ?? "")"
            if !seen.insert(key).inserted { repeats.append(key) }
        }
        return repeats
    }

    func rows() throws -> [String: Int64] {
        var latest = LatestRows()
        try forEachLine { row in
            latest.add(
                "\(row["table"] ?? "")/\(row["id"] ?? "")",
                rev: (row["rev"] as? NSNumber)?.int64Value ?? 0,
                isDeleted: row["deleted"] as? Bool ?? false
            )
        }
        return latest.kept(tables)
    }

    private func forEachLine(_ body: ([String: Any]) throws -> Void) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.contains(".jsonl") && !$0.hasPrefix(".")
        }
        for name in names.sorted() {
            let text =
                name.hasSuffix(".zst")
                ? try Shell.run("zstd -dcq '\(folder)/\(name)'")
                : try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            for line in text.split(separator: "\n") {
                let row = try #require(
                    JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                )
                try body(row)
            }
        }
    }
}

/// A program of one's own.
final class ProgramTarget: DeliveryTarget {
    private let script: String
    private let output: String

    init(_ folder: String) throws {
        script = folder + "/keep.py"
        output = folder + "/kept"
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
    }

    func configure(_ settings: inout ConsumerSettings, port: Int) {
        settings.backend = .exec
        settings.command = ["python3", script]
    }

    func rows() throws -> [String: Int64] {
        var latest = LatestRows()
        for line in try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n") {
            try latest.add(line: line)
        }
        return latest.kept(tables)
    }
}

/// A folder of Parquet files, read by DuckDB and pyarrow.
final class ParquetTarget: DeliveryTarget {
    private let folder: String

    init(_ folder: String) { self.folder = folder }

    func configure(_ settings: inout ConsumerSettings, port: Int) {
        settings.backend = .parquet
        settings.directory = BytePath(folder)
    }

    /// A file of another version: a column is missing, another is there.
    func drift() throws -> Bool {
        _ = try PythonServer.run(
            """
            import glob, pyarrow, pyarrow.parquet
            name = sorted(glob.glob("\(folder)/messages/**/*.parquet", recursive=True))[0]
            table = pyarrow.parquet.ParquetFile(name).read().drop_columns(["language"])
            table = table.append_column("mine", pyarrow.array(["x"] * table.num_rows))
            pyarrow.parquet.write_table(table, name)
            """
        )
        return true
    }

    func rows() throws -> [String: Int64] {
        var rows: [String: Int64] = [:]
        for table in tables {
            let text = try PythonServer.run(
                """
                import duckdb, pyarrow.parquet, glob
                files = glob.glob("\(folder)/\(table)/**/*.parquet", recursive=True)
                count = sum(pyarrow.parquet.ParquetFile(f).read().num_rows for f in files)
                read = f"read_parquet({files}, union_by_name = true)"
                assert [(count,)] == duckdb.sql(f"SELECT count(*) FROM {read}").fetchall()
                for id, rev in duckdb.sql(f\"\"\"SELECT id, rev FROM (SELECT *, row_number() OVER
                        (PARTITION BY id ORDER BY rev DESC) AS n FROM {read})
                        WHERE n = 1 AND NOT is_deleted\"\"\").fetchall():
                    print("\(table)/%d %d" % (id, rev))
                """
            )
            for line in text.split(separator: "\n") { try rows.add(line: line) }
        }
        return rows
    }
}
