import Core
import Foundation
import TestSupport
import Testing

/// A backup while everything runs, and what comes of it.
@Suite struct BackupTests {
    @Test(
        "A receiver restored from a backup asks agents for what it lacks, and its agents stay enrolled"
    )
    func restored() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, preset: "claude-code")
            let folder = "projects/-home-a/"
            for number in 0..<20 {
                try Files.write(
                    pair.at(BytePath("\(folder)\(number).jsonl")),
                    BackupTests.line("before", number)
                )
            }
            try await pair.settles()
            let file = stage.folder.appending("backup.tar")
            let backup = try await pair.receiver.command("backup", file.description)
            #expect(backup.end == .exit(0), "\(backup.all)")
            let storage = pair.receiver.storage
            let again = try await pair.receiver.command("backup", file.description)
            #expect(again.end == .exit(1) && again.errors.contains("--force"), "\(again.all)")
            let list = try await stage.run("tar", ["-tf", file.description])
            for name in [
                "receiver.db", "catalog.db", "authority/ca.key", "manifest/current", "BACKUP",
            ] {
                #expect(list.output.split(separator: "\n").contains(Substring(name)), "\(list.all)")
            }
            // The archive follows, younger than the backup.
            let copy = stage.folder.appending("restored")
            try Files.makeFolder(copy)
            for name in ["objects", "archive"] {
                try await stage.run(
                    "cp",
                    ["-a", storage.appending(BytePath(name)).description, copy.description]
                )
            }
            for number in 10..<30 {
                try Files.append(
                    pair.at(BytePath("\(folder)\(number).jsonl")),
                    BackupTests.line("after", number)
                )
            }
            try await pair.settles()
            try await pair.receiver.stop()
            let unpacked = try await stage.run(
                "tar",
                ["-xpf", file.description, "-C", copy.description]
            )
            #expect(unpacked.end == .exit(0), "\(unpacked.all)")
            try await stage.run("rm", ["-rf", storage.description])
            try await stage.run("mv", [copy.description, storage.description])
            try await pair.receiver.start()
            try await pair.agent.shows("is connected again") { $0.first?.connected == true }
            try await pair.settles()
            try await pair.agent.verifies()
            let rows = try await eventually("all rows are there") {
                let outcome = try await pair.receiver.command(
                    "sql",
                    "SELECT count(*) AS n FROM messages",
                    "--format",
                    "csv"
                )
                return outcome.output.contains("40") ? outcome.output : nil
            }
            #expect(rows.contains("40"))
            try await pair.receiver.stop()
            let verified = try await pair.receiver.command("verify")
            #expect(verified.end == .exit(0), "\(verified.all)")
        }
    }

    private static func line(_ text: String, _ number: Int) -> String {
        let id = UUID().uuidString.lowercased()
        return """
            {"type":"user","uuid":"\(id)","sessionId":"s\(number)","timestamp":"2026-11-21T10:00:00.000Z",\
            "cwd":"/home/a","message":{"role":"user","content":"\(text) \(number)"}}

            """
    }
}
