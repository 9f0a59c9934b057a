import Catalog
import Core
import Foundation
import Testing
import Transcripts

@testable import Receiver

/// `export` and `restore`.
struct ExportCommandTests {
    @Test(
        "A page is a document in which nothing of the content is markup, and which asks for nothing"
    )
    func html() throws {
        let stage = try QueryStage()
        let html = try stage.run("export", "5a5a1111", "--format", "html")
        #expect(html.contains("&lt;script&gt;alert(1)") && !html.contains("<script"))
        #expect(html.contains("Fix the &lt;b&gt;reader") && !html.contains("\u{1b}"))
        #expect(!html.contains("http://") && !html.contains("https://"))
        #expect(
            html.contains(
                "Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\""
            )
        )
        #expect(!html.contains("Look around"))
        let whole = try stage.run("export", "5a5a1111", "--format", "html", "--subagents")
        #expect(whole.contains("Look around, subagent") && whole.hasSuffix("</body></html>\n"))
    }

    @Test(
        "What breaks out of an element or an attribute stays text",
        arguments: [
            "</pre><img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "<!-- -->", "&#60;b>",
            "' onmouseover='x", "]]><x>", "</title><script>", "\u{202e}<b>",
        ]
    )
    func hostile(_ text: String) throws {
        var session = SessionFact()
        session.title = SessionFact.Title(source: .custom, text: text)
        session.workingDirectory = "/home/\(text)"
        var story = Story()
        story.tell(0, "s1", [.session(session), Story.prompt(text)])
        story.tell(1, "s1", [Story.message(0, .assistant, .text, text, model: text)])
        story.tell(2, "s1", Story.bash("c", text))
        story.tell(3, "s1", Story.result("c", .success, text))
        let stage = try QueryStage(story)
        let html = try stage.run("export", "s1", "--format", "html")
        let allowed = [
            "html", "head", "meta", "title", "style", "body", "h1", "p", "section", "b", "time",
            "pre",
            "details", "summary",
        ]
        for tag in html.split(separator: "<").dropFirst() {
            let name = tag.drop { $0 == "/" || $0 == "!" }.prefix { $0.isLetter || $0.isNumber }
            #expect(allowed.contains(String(name)) || name == "DOCTYPE", "<\(tag)")
            #expect(!tag.prefix { $0 != ">" }.contains(" on"), "<\(tag)")
        }
        #expect(!html.contains("\u{202e}"))
    }

    @Test("Markdown and rows hold the conversation")
    func documents() throws {
        let stage = try QueryStage()
        let text = try stage.run("export", "5a5a1111", "--subagents")
        #expect(text.hasPrefix("# Fix the \\<b\\>reader"))
        #expect(text.contains("# Subagent: "))
        let rows = try stage.object("export", "5a5a1111", "--format", "json")
        #expect((rows["sessions"] as? [Any])?.count == 1)
        #expect((rows["responses"] as? [Any])?.count == 2)
        #expect((rows["tool_usage"] as? [Any])?.count == 1)
        let messages = try #require(rows["messages"] as? [[String: Any]])
        #expect((messages[0]["text"] as? String)?.hasPrefix("Why is the reader slow?") == true)
        #expect(messages[0]["body"] == nil)
        let family = try stage.object("export", "5a5a1111", "--format", "json", "--subagents")
        #expect((family["sessions"] as? [Any])?.count == 2)
    }

    @Test("Secrets that were found are masked in documents wherever they stand, unless asked for")
    func secrets() throws {
        let secret = "ghp_" + String(repeating: "aB3dE6gH9", count: 4)
        var story = Story()
        story.tell(0, "s1", [Story.prompt("use \(secret) to push")])
        story.tell(1, "s1", Story.bash("c", "git push https://x:\(secret)@github.com/a/b"))
        let stage = try QueryStage(story)
        for format in ["md", "html"] {
            let text = try stage.run("export", "s1", "--format", format)
            #expect(!text.contains(secret) && text.contains("to push"), "\(text)")
            let open = try stage.run("export", "s1", "--format", format, "--secrets")
            #expect(open.contains(secret))
        }
    }

    @Test("The original is byte for byte the archive's, and no file is written over unasked")
    func original() throws {
        let stage = try QueryStage()
        let bytes = try stage.archive()
        let target = stage.folder + "/out.jsonl"
        let words = ["export", "5a5a1111", "--format", "original", "--to", target]
        try stage.run(list: words)
        #expect(FileManager.default.contents(atPath: target) == bytes)
        #expect(throws: OperatorError.self) { try stage.run(list: words) }
        try stage.run(list: words + ["--force"])
        // Into a folder: as it stands in its source.
        let folder = stage.folder + "/files/"
        try stage.run("export", "5a5a1111", "--format", "original", "--to", folder)
        let file = folder + "claude-code/projects/p/\(QueryStage.session).jsonl"
        #expect(FileManager.default.contents(atPath: file) == bytes)
    }

    @Test("A subagent's file belongs to the original of its session")
    func originalFiles() throws {
        let stage = try QueryStage()
        _ = try stage.archive()
        var sub = SessionFact()
        sub.parent = QueryStage.session
        sub.lineage = .subagent
        var story = Story()
        story.tell(40, QueryStage.session + "/agent2", [.session(sub), Story.prompt("more")])
        let stream = StreamID(file: Samples.file(8), generation: 1)
        try stage.add(
            story,
            to: stream,
            path: "projects/p/\(QueryStage.session)/subagents/agent2.jsonl"
        )
        _ = try stage.archive(stream)
        let folder = stage.folder + "/files"
        let text = try stage.run("export", "5a5a1111", "--format", "original", "--to", folder)
        #expect(text.hasPrefix("2 files are written"))
        let found = try FileManager.default.subpathsOfDirectory(atPath: folder)
        #expect(found.contains { $0.hasSuffix("subagents/agent2.jsonl") })
    }

    @Test("An agent's files come back where they were, and none that is there is lost")
    func restore() throws {
        let stage = try QueryStage()
        let bytes = try stage.archive()
        let target = stage.folder + "/back"
        let file = target + "/claude-code/projects/p/\(QueryStage.session).jsonl"
        let began = Date().addingTimeInterval(-2)
        #expect(
            try stage.run("restore", "ann@laptop", "--to", target).hasPrefix("1 file is written")
        )
        #expect(FileManager.default.contents(atPath: file) == bytes)
        let facts = try FileManager.default.attributesOfItem(atPath: file)
        #expect(facts[.posixPermissions] as? Int == 0o600)
        #expect(try #require(facts[.modificationDate] as? Date) > began)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
        let again = try stage.run("restore", "ann@laptop", "--to", target)
        #expect(again.contains("0 files") && again.contains("1 was there already"))
        #expect(FileManager.default.contents(atPath: file) == Data("mine".utf8))
        try stage.run("restore", "ann@laptop", "--to", target, "--force")
        #expect(FileManager.default.contents(atPath: file) == bytes)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: target + "/claude-code/projects/p"
        )
        #expect(names.count == 1)
    }

    @Test("Some of an agent's files come back, and what is unknown is named")
    func someFiles() throws {
        let stage = try QueryStage()
        _ = try stage.archive()
        let target = stage.folder + "/back"
        for only in ["projects/p/**", "*.jsonl", "**/5a5a*"] {
            let text = try stage.run(
                "restore",
                "ann@laptop",
                "--to",
                target,
                "--source",
                "claude-code",
                "--only",
                only
            )
            #expect(text.contains("1 file is") || text.contains("1 was there"))
        }
        let path = target + "/projects/p/\(QueryStage.session).jsonl"
        #expect(FileManager.default.fileExists(atPath: path))
        for words in [
            ["bob@laptop"], ["ann@laptop", "--only", "*.txt"], ["ann@laptop", "--source", "codex"],
        ] {
            let error = #expect(throws: OperatorError.self) {
                try stage.run(list: ["restore", "--to", target] + words)
            }
            #expect(error?.code == .input && error?.remedy != nil)
        }
    }

    @Test("What an interrupted restore left goes, and the rest is done")
    func resumes() throws {
        let stage = try QueryStage()
        let bytes = try stage.archive()
        let folder = stage.folder + "/back/claude-code/projects/p"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(fileURLWithPath: folder + "/.tailship-restore"))
        try stage.run("restore", "ann@laptop", "--to", stage.folder + "/back")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder) == [
                QueryStage.session + ".jsonl"
            ]
        )
        let file = folder + "/\(QueryStage.session).jsonl"
        #expect(FileManager.default.contents(atPath: file) == bytes)
    }
}
