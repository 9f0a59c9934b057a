import Core
import Foundation
import Testing

@testable import Receiver

/// `sql`.
struct SQLCommandTests {
    @Test("Rows are written in four forms")
    func forms() throws {
        let stage = try QueryStage()
        #expect(try stage.run("sql", "SELECT 1 AS a, NULL AS b;") == "a  b\n1  NULL\n")
        #expect(
            try stage.run(
                "sql",
                "SELECT '=1+1' a, '-2' b, -2 c, 'x\"y' d, NULL e",
                "--format",
                "csv"
            )
                == "a,b,c,d,e\n'=1+1,'-2,-2,\"x\"\"y\",\n"
        )
        #expect(
            try stage.run("sql", "SELECT 9007199254740993 a, x'00ff' b", "--format", "json")
                == "[\n{\"a\":9007199254740993,\"b\":\"00ff\"}\n]\n"
        )
        #expect(
            try stage.run("sql", "SELECT 1 a UNION SELECT NULL ORDER BY 1", "--format", "ndjson")
                == "{\"a\":null}\n{\"a\":1}\n"
        )
    }

    @Test("Numbers stand at the right, wide characters take two columns, control characters show")
    func table() throws {
        let stage = try QueryStage()
        let text = try stage.run("sql", "SELECT '模型' t, 5 n UNION ALL SELECT char(27)||'b', 1000")
        #expect(text == "t         n\n模型      5\n\\x1bb  1000\n")
    }

    @Test(
        "Nothing but the catalog is read, and nothing is changed",
        arguments: [
            "DELETE FROM messages", "PRAGMA journal_mode = DELETE", "PRAGMA user_version = 7",
            "CREATE TABLE t (a)", "CREATE TEMP TABLE t (a)", "SELECT 1; DELETE FROM messages",
            "SELECT nothing FROM nowhere", "ATTACH DATABASE '/tmp/other.db' AS o", "DETACH main",
            "SELECT load_extension('x')", "BEGIN IMMEDIATE", "SAVEPOINT s", "ANALYZE", "REINDEX",
            "PRAGMA writable_schema = 1", "PRAGMA wal_checkpoint", "PRAGMA main.page_size = 512",
            "INSERT INTO words (words) VALUES ('optimize')", "UPDATE sessions SET title = 'x'",
            "VACUUM", "SELECT fts3_tokenizer('x')", "EXPLAIN DELETE FROM messages",
        ]
    )
    func refusals(_ statement: String) throws {
        let stage = try QueryStage()
        let error = #expect(throws: OperatorError.self) { try stage.run("sql", statement) }
        #expect(error?.code == .input)
        #expect(try stage.run("sql", "SELECT COUNT(*) > 0 AS c FROM messages") == "c\n1\n")
    }

    @Test("A copy is not made either")
    func copies() throws {
        let stage = try QueryStage()
        let target = stage.folder + "/copy.db"
        #expect(throws: OperatorError.self) { try stage.run("sql", "VACUUM INTO '\(target)'") }
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    @Test(
        "What only looks is allowed",
        arguments: [
            "PRAGMA table_info(sessions)", "SELECT * FROM pragma_index_list('sessions')",
            "PRAGMA user_version", "PRAGMA quick_check",
            "EXPLAIN QUERY PLAN SELECT * FROM messages",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT * FROM n",
            "SELECT snippet(words, 0, '[', ']', '…', 8) FROM words WHERE words MATCH 'reader'",
            "SELECT rowid FROM fragments WHERE command LIKE '%swift%'",
            "SELECT text FROM messages", "SELECT uuid, parent FROM entries",
        ]
    )
    func looks(_ statement: String) throws {
        let text = try QueryStage().run("sql", statement)
        #expect(text.split(separator: "\n").count > 1, "\(text)")
    }

    @Test("Every table is explained")
    func schema() throws {
        let stage = try QueryStage()
        let text = try stage.run("sql", "--schema")
        let heads = text.split(separator: "\n").filter { $0.first != " " }
        #expect(heads.filter { !$0.contains("  ") } == [])
        #expect(text.contains("sessions  a conversation") && text.contains("duration"))
        #expect(!text.contains("words_data") && !text.contains(" body "))
    }

    @Test("Without a catalog there are the tables, and no error")
    func nothing() throws {
        let stage = try QueryStage(nil)
        #expect(try stage.run("sql", "SELECT * FROM sessions").hasPrefix("id  rev"))
        #expect(!FileManager.default.fileExists(atPath: stage.folder + "/catalog.db"))
    }
}
