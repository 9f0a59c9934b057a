import Core
import Testing

@testable import Settings

@Suite("The effective configuration")
struct EffectiveTextTests {
    @Test(
        "An agent's reads back to the same settings",
        arguments: [
            "",
            """
            [agent]
            name = "a \\"b\\" $HOME \\u007f".
            """,
            """
            [agent]
            name = "a \\"b\\" \\\\ é"
            rate_limit = "1KiB/s"
            rescan = "0"
            state_directory = "/x/$$y"
            [receiver.prod]
            address = "[::1]"
            certificate = "/c"
            key = "/k"
            authority = "/a"
            only = ["notes"]
            [receiver.dev]
            address = "b:1"
            except = ["codex"]
            server_name = "x"
            [source.notes]
            include = ["~/n/[a-b]/**/*.md", "$NOTES/$$x/*"]
            exclude = ["*.tmp", "a\\\\*b"]
            mode = "snapshot"
            [source.codex]
            enabled = false
            [source.work]
            preset = "claude-code"
            root = "~/work"
            follow_links = true
            """,
        ]
    )
    func agentRoundTrip(text: String) throws {
        // One of the texts is wrong on purpose, so that the table itself is seen to be read.
        guard !text.hasSuffix(".") else {
            #expect(!Samples.agentProblems([Samples.file(text)]).isEmpty)
            return
        }
        let loaded = try Samples.loadAgent([Samples.file(text)])
        let again = try Samples.loadAgent([Samples.file(loaded.effectiveText)])
        #expect(again.settings == loaded.settings)
        let stripped = { (text: String) in
            text.split(separator: "\n").map { $0.split(separator: "  # ")[0] }
        }
        #expect(stripped(again.effectiveText) == stripped(loaded.effectiveText))
    }

    @Test("A receiver's reads back to the same settings")
    func receiverRoundTrip() throws {
        let text = """
            [listen]
            agents = "10.0.0.1:0"
            names = ["a", "::1"]
            [storage]
            directory = "~/t"
            group_commit_wait = "1ms"
            """
        for text in ["", text] {
            let loaded = try ReceiverSettings.load(
                [Samples.file(text)],
                context: Samples.context
            )
            #expect(try Samples.receiver(loaded.effectiveText) == loaded.settings)
        }
    }

    @Test("Each value says where it comes from")
    func origins() throws {
        let files = [
            Samples.file("[agent]\n\nhold = false\nlog_level = \"info\""),
            Samples.file("[agent]\nlog_level = \"error\"", "agent.conf.d/a\nb.conf"),
        ]
        let text = try Samples.loadAgent(files).effectiveText
        let lines = text.split(separator: "\n")
        #expect(lines.contains("hold = false  # agent.conf:3"))
        #expect(lines.contains("log_level = \"error\"  # agent.conf.d/a\\x0ab.conf:2"))
        #expect(lines.contains("low_priority = true  # default"))
        #expect(lines.contains("[source.gemini]"))
        #expect(lines.contains("root = \"/home/ada/.gemini\"  # default"))
        #expect(lines.contains("# mode is not set"))
    }
}
