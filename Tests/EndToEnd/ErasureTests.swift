import Core
import Foundation
import TestSupport
import Testing

/// What is erased is nowhere in the receiver's storage, and does not come back from agents that still have it.
@Suite struct ErasureTests {
    private static let word = "quicksilver"
    private static let session = "5a5a1111-2222-4333-8444-555566667777"
    private static let other = "6b6b1111-2222-4333-8444-555566667777"

    /// A receiver and an agent that ships a home folder of Claude Code.
    private final class Home {
        let receiver: ReceiverNode
        let agent: AgentNode
        let projects: BytePath

        init(_ stage: Stage, extra: String = "") async throws {
            receiver = try ReceiverNode(stage, extra: extra)
            try await receiver.start()
            let root = stage.folder.appending("home/.claude")
            projects = root.appending("projects/-home-ann-code")
            try Files.makeFolder(projects)
            agent = try AgentNode(
                stage,
                ports: [("main", receiver.port)],
                files: root,
                sources: ""
            )
            try await agent.join(receiver)
            try await agent.start()
        }

        func path(_ name: String) -> BytePath { projects.appending(BytePath(name)) }

        func line(_ session: String, _ uuid: String, _ text: String, agent: String? = nil) -> String
        {
            let side = agent.map { "\"isSidechain\":true,\"agentId\":\"\($0)\"," } ?? ""
            return """
                {"type":"user","uuid":"\(uuid)","sessionId":"\(session)",\(side)\
                "timestamp":"2026-02-21T05:18:59.416Z","cwd":"/home/ann/code","version":"2.1.0",\
                "message":{"role":"user","content":"\(text)"}}

                """
        }

        /// What `sql` answers, one line a row.
        func rows(_ query: String) async throws -> [String] {
            let outcome = try await receiver.command("sql", query, "--format", "csv")
            guard outcome.end == .exit(0) else { throw TestFailure(outcome.all) }
            return outcome.output.split(separator: "\n").dropFirst().map { String($0) }
        }

        func shows(_ what: String, _ query: String, _ wanted: [String]) async throws {
            var last: [String] = []
            try await eventually("\(what): \(last) is not \(wanted)", every: .milliseconds(100)) {
                last = try await rows(query)
                return last == wanted
            }
        }

        /// The files of the storage in which the word stands.
        func traces() -> [String] {
            FileTree(receiver.storage).files.compactMap { path in
                let full = receiver.storage.appending(path)
                let bytes = Data((try? Files.read(full)) ?? [])
                return bytes.range(of: Data(ErasureTests.word.utf8)) == nil ? nil : path.description
            }
        }

        func isClean() async throws {
            var found: [String] = []
            try await eventually("traces in \(found)", every: .milliseconds(200)) {
                found = traces()
                return found.isEmpty
            }
        }
    }

    private static let texts = "SELECT text FROM messages ORDER BY text"

    @Test("A live session is erased while its agent runs, and nothing of it comes back")
    func live() async throws {
        try await Stage.with { stage in
            let home = try await Home(stage)
            let (id, other, word) = (Self.session, Self.other, Self.word)
            let own = home.path(id + ".jsonl")
            try Files.write(own, home.line(id, "u1", "a \(word) secret"))
            try Files.makeFolder(home.path("\(id)/subagents"))
            try Files.makeFolder(home.path("\(id)/tool-results"))
            try Files.write(
                home.path("\(id)/subagents/agent-a1b2c3d4.jsonl"),
                home.line(id, "u2", "\(word) below", agent: "a1b2c3d4")
            )
            try Files.write(home.path("\(id)/tool-results/out.txt"), "much \(word)\n")
            try Files.write(home.path(other + ".jsonl"), home.line(other, "u3", "kept"))
            try await home.agent.shipped()
            try await home.shows(
                "all rows",
                Self.texts,
                ["a \(word) secret", "kept", "\(word) below"]
            )
            #expect(!home.traces().isEmpty)

            let dry = try await home.receiver.command("erase", id, "--dry-run")
            #expect(dry.end == .exit(0), "\(dry.all)")
            #expect(
                dry.output.contains("3 files") && dry.output.contains("messages  2"),
                "\(dry.all)"
            )
            #expect(try await home.rows(Self.texts).count == 3)
            let unconfirmed = try await home.receiver.command("erase", id)
            #expect(unconfirmed.end == .exit(2), "\(unconfirmed.all)")

            let erased = try await home.receiver.command("erase", id, "--yes")
            #expect(erased.end == .exit(0), "\(erased.all)")
            #expect(try await home.rows(Self.texts) == ["kept"])
            try await home.isClean()
            #expect(Files.text(own).contains(word))
            let gone = try await home.receiver.command("show", id)
            #expect(gone.end == .exit(1), "\(gone.all)")

            // The session goes on, a new subagent begins, another tool rewrites the file.
            try Files.append(own, home.line(id, "u4", "more \(word)"))
            try Files.write(
                home.path("\(id)/subagents/agent-ffff0000.jsonl"),
                home.line(id, "u5", "\(word) again", agent: "ffff0000")
            )
            try Files.write(home.path("\(id)/tool-results/new.txt"), "more \(word)\n")
            try Files.append(home.path(other + ".jsonl"), home.line(other, "u6", "kept too"))
            try await home.shows("the others go on", Self.texts, ["kept", "kept too"])
            try await home.agent.shipped()
            try Files.write(own, home.line(id, "u7", "\(word) rewritten"))
            try await home.agent.shipped()
            try await home.isClean()

            // Neither a crash, nor a rebuild, nor an agent without its memory brings it back.
            try await home.receiver.kill()
            let rebuilt = try await home.receiver.command("rebuild")
            #expect(rebuilt.end == .exit(0), "\(rebuilt.all)")
            try await home.receiver.start()
            try await home.agent.stop()
            try Files.remove(home.agent.state.appending("checkpoints.db"))
            try await home.agent.start()
            try await home.agent.shipped()
            try await home.isClean()
            #expect(try await home.rows(Self.texts) == ["kept", "kept too"])
            #expect(try await home.agent.status().first?.mismatches == 0)
            try await home.receiver.stop()
            let verified = try await home.receiver.command("verify")
            #expect(verified.end == .exit(0), "\(verified.all)")
        }
    }

    @Test("A receiver that does not run erases as well, and the agent is told when it comes back")
    func stopped() async throws {
        try await Stage.with { stage in
            let home = try await Home(stage)
            let (id, other, word) = (Self.session, Self.other, Self.word)
            try Files.write(home.path(id + ".jsonl"), home.line(id, "u1", word))
            try Files.write(home.path(other + ".jsonl"), home.line(other, "u3", "kept"))
            try await home.agent.shipped()
            try await home.shows("all rows", Self.texts, ["kept", word])
            try await home.receiver.kill()
            let erased = try await home.receiver.command("erase", id, "--yes")
            #expect(erased.end == .exit(0), "\(erased.all)")
            #expect(home.traces() == [])
            #expect(try await home.rows(Self.texts) == ["kept"])
            try Files.append(home.path(id + ".jsonl"), home.line(id, "u4", "more \(word)"))
            try await home.receiver.start()
            try await home.agent.shipped()
            try Files.append(home.path(other + ".jsonl"), home.line(other, "u6", "kept too"))
            try await home.shows("the others go on", Self.texts, ["kept", "kept too"])
            try await home.isClean()
        }
    }

    @Test("A held session is not erased, and lists and conversations say so")
    func held() async throws {
        try await Stage.with { stage in
            let home = try await Home(stage)
            let id = Self.session
            try Files.write(home.path(id + ".jsonl"), home.line(id, "u1", "text"))
            try await home.shows("the row", Self.texts, ["text"])
            let held = try await home.receiver.command("hold", id, "--reason", "case 7")
            #expect(held.end == .exit(0), "\(held.all)")
            let refused = try await home.receiver.command("erase", id, "--yes")
            #expect(refused.end == .exit(1) && refused.errors.contains("case 7"), "\(refused.all)")
            try await home.shows("it is held", "SELECT hold FROM sessions", ["1"])
            let shown = try await home.receiver.command("show", id)
            #expect(shown.output.contains("under legal hold"), "\(shown.all)")
            let list = try await home.receiver.command("sessions")
            #expect(list.output.contains("(hold)"), "\(list.all)")
            let holds = try await home.receiver.command("hold")
            #expect(holds.output.contains(id) && holds.output.contains("case 7"), "\(holds.all)")
            let released = try await home.receiver.command("hold", id, "--release")
            #expect(released.end == .exit(0), "\(released.all)")
            let erased = try await home.receiver.command("erase", id, "--yes")
            #expect(erased.end == .exit(0), "\(erased.all)")
        }
    }

    @Test("Old rows and files go, costs stay, and a file that is written to again is shipped again")
    func retention() async throws {
        try await Stage.with { stage in
            let home = try await Home(
                stage,
                extra: "[retention]\nmessages = \"30d\"\n"
            )
            let id = Self.session
            try Files.write(home.path(id + ".jsonl"), home.line(id, "u1", "an old text"))
            try await home.shows("the row", Self.texts, ["an old text"])
            let dry = try await home.receiver.command("retention", "--dry-run")
            #expect(dry.output.contains("1 rows"), "\(dry.all)")
            #expect(try await home.rows(Self.texts).count == 1)
            let done = try await home.receiver.command("retention")
            #expect(done.end == .exit(0), "\(done.all)")
            try await home.shows("it went", Self.texts, [])
            #expect(try await home.rows("SELECT count(*) FROM entries") == ["1"])
            try Files.append(home.path(id + ".jsonl"), home.line(id, "u2", "another old text"))
            try await home.agent.shipped()
            try await home.receiver.kill()
            let rebuilt = try await home.receiver.command("rebuild")
            #expect(rebuilt.end == .exit(0), "\(rebuilt.all)")
            #expect(try await home.rows(Self.texts) == [])
        }
    }

    @Test("A consumer is told of each row that goes, and of no other")
    func consumer() async throws {
        try await Stage.with { stage in
            let folder = stage.folder.appending("delivered")
            let home = try await Home(
                stage,
                extra: """
                    [consumer.copy]
                    backend = "jsonl"
                    directory = "\(folder)"
                    only = { tables = ["messages", "sessions", "entries"] }

                    """
            )
            let (id, other, word) = (Self.session, Self.other, Self.word)
            try Files.write(
                home.path(id + ".jsonl"),
                home.line(id, "u1", word) + home.line(id, "u2", "more \(word)")
            )
            try Files.write(home.path(other + ".jsonl"), home.line(other, "u3", "kept"))
            let copy = Copy(folder: folder)
            try await eventually("the consumer has \(copy.living())", every: .milliseconds(100)) {
                copy.living().count == 8
            }
            let before = copy.living()
            let erased = try await home.receiver.command("erase", id, "--yes")
            #expect(erased.end == .exit(0), "\(erased.all)")
            let kept = before.filter { $0.value.contains(other) }
            #expect(kept.count == 3)
            try await eventually("the consumer has \(copy.living())", every: .milliseconds(100)) {
                Set(copy.living().keys) == Set(kept.keys)
            }
            #expect(copy.deleted() == Set(before.keys).subtracting(kept.keys))
        }
    }

    /// What a consumer wrote: of each row the line with the greatest rev.
    private struct Copy {
        private struct Line: Decodable {
            var table: String
            var id: String
            var rev: Int64
            var deleted: Bool?
        }

        let folder: BytePath

        private func latest() -> [String: (line: Line, text: String)] {
            var latest: [String: (line: Line, text: String)] = [:]
            for path in FileTree(folder).files where path.description.hasSuffix(".jsonl") {
                for text in Files.text(folder.appending(path)).split(separator: "\n") {
                    let text = String(text)
                    guard let line = try? JSONDecoder().decode(Line.self, from: Data(text.utf8))
                    else { continue }
                    let key = line.table + " " + line.id
                    if latest[key].map({ $0.line.rev < line.rev }) ?? true {
                        latest[key] = (line, text)
                    }
                }
            }
            return latest
        }

        func living() -> [String: String] {
            latest().filter { $0.value.line.deleted != true }.mapValues(\.text)
        }

        func deleted() -> Set<String> {
            Set(latest().filter { $0.value.line.deleted == true }.keys)
        }
    }
}
