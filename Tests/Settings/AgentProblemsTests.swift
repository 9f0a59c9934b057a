import Core
import Testing

@testable import Settings

@Suite("Problems of agent.conf")
struct AgentProblemsTests {
    @Test(
        "Each problem has its place, its key, and what was expected",
        arguments: [
            (
                "[receiver.prod]\naddress = \"a\"\nadress = \"b\"",
                "agent.conf:3:1: unknown key \"adress\" in [receiver.prod]; did you mean \"address\"?"
            ),
            (
                "[log]\nlevel = \"x\"",
                "agent.conf:1:2: unknown table [log]; known are agent, receiver, source"
            ),
            (
                "[recever.prod]",
                "agent.conf:1:2: unknown table [recever]; did you mean \"receiver\"?"
            ),
            (
                "hold = true",
                "agent.conf:1:1: unknown key \"hold\" outside of any table; "
                    + "known are agent, receiver, source"
            ),
            (
                "[agent]\n  hold_limit = 512",
                "agent.conf:2:3: \"hold_limit\" in [agent]: expected a size such as \"64MiB\", "
                    + "from 0B to 1024TiB, found the number 512"
            ),
            (
                "[agent]\nhold_limit = \"64MiBs\"",
                "agent.conf:2:1: \"hold_limit\" in [agent]: expected a size such as \"64MiB\", "
                    + "from 0B to 1024TiB, found \"64MiBs\" (unknown unit \"MiBs\"; "
                    + "known are B, KB, KiB, MB, MiB, GB, GiB, TB, TiB)"
            ),
            (
                "[agent]\nfinished_after = \"-5s\"",
                "agent.conf:2:1: \"finished_after\" in [agent]: expected a duration such as \"5s\", "
                    + "from 1s to 7d, found \"-5s\" (it is negative)"
            ),
            (
                "[agent]\npoll_interval = \"2d\"",
                "agent.conf:2:1: \"poll_interval\" in [agent]: expected a duration such as \"5s\", "
                    + "from 100ms to 1h, found \"2d\" (out of bounds)"
            ),
            (
                "[agent]\nrate_limit = \"10MiB\"",
                "agent.conf:2:1: \"rate_limit\" in [agent]: expected a rate such as \"10MiB/s\", "
                    + "from 1KiB/s, or \"unlimited\", found \"10MiB\" (\"/s\" is missing at its end)"
            ),
            (
                "[agent]\nlog_level = \"inof\"",
                "agent.conf:2:1: \"log_level\" in [agent]: expected one of \"error\", \"warning\", "
                    + "\"info\", \"debug\", found \"inof\" (did you mean \"info\"?)"
            ),
            (
                "[agent]\nhold = \"yes\"",
                "agent.conf:2:1: \"hold\" in [agent]: expected true or false, found \"yes\""
            ),
            (
                "[agent]\nname = \"\"",
                "agent.conf:2:1: \"name\" in [agent]: expected a name, found \"\" (it is empty)"
            ),
            (
                "[agent]\nstate_directory = \"x\"",
                "agent.conf:2:1: \"state_directory\" in [agent]: expected an absolute path "
                    + "(\"~\" and $NAME are expanded), found \"x\" (it is not absolute)"
            ),
            (
                "[receiver.prod]\nhold = true",
                "agent.conf:1:11: the key \"address\" is missing in [receiver.prod]; "
                    + "expected \"host\" or \"host:port\""
            ),
            (
                "[receiver.prod]\naddress = \"a:0\"",
                "agent.conf:2:1: \"address\" in [receiver.prod]: expected \"host\" or \"host:port\", "
                    + "found \"a:0\" (port 0 is none)"
            ),
            (
                "[receiver.\"Prod 1\"]\naddress = \"a\"",
                "agent.conf:1:11: the name in [receiver.\"Prod 1\"] is impossible: a name is 1 to 32 "
                    + "of a-z, 0-9, \"_\" and \"-\" and begins with a letter or digit"
            ),
            (
                "receiver = 5", "agent.conf:1:1: unknown key \"receiver\" outside of any table"
            ),
            (
                "[[source]]\nname = \"x\"",
                "agent.conf:1:3: expected the table [source], found an array"
            ),
            (
                "[receiver]\naddress = \"a\"",
                "agent.conf:2:1: expected the table [receiver.address], found \"a\""
            ),
        ]
    )
    func table(text: String, message: String) {
        #expect(Samples.agentProblems([Samples.file(text)]) == message)
    }

    @Test(
        "Keys that do not go together are told",
        arguments: [
            (
                "[receiver.p]\naddress = \"a\"\nonly = [\"codex\"]\nexcept = [\"gemini\"]",
                "agent.conf:4:1: [receiver.p] has both \"only\" and \"except\"; one of them says it all"
            ),
            (
                "[receiver.p]\naddress = \"a\"\nonly = [\"cdex\"]",
                "agent.conf:3:1: \"only\" in [receiver.p] names the source \"cdex\", "
                    + "which there is not; did you mean \"codex\"?"
            ),
            (
                "[receiver.p]\naddress = \"a\"\nkey = \"/k\"",
                "agent.conf:3:1: [receiver.p]: certificates of your own need \"certificate\" and "
                    + "\"authority\" as well as \"key\""
            ),
            (
                "[source.n]",
                "agent.conf:1:9: [source.n]: either \"preset\" or \"include\" is needed"
            ),
            (
                "[source.n]\npreset = \"codex\"\ninclude = [\"/x\"]",
                "agent.conf:3:1: [source.n]: \"include\" is for sources of your own, "
                    + "and this one has a preset"
            ),
            (
                "[source.codex]\nmode = \"tail\"",
                "agent.conf:2:1: [source.codex]: \"mode\" is for sources of your own; "
                    + "those of a preset's files are known"
            ),
            (
                "[source.codex]\ninclude = [\"/x/*\"]",
                "agent.conf:1:9: [source.codex]: \"codex\" is the name of a preset; "
                    + "give a source of your own another name"
            ),
            (
                "[source.n]\ninclude = [\"x/*\"]",
                "agent.conf:2:1: [source.n]: the include \"x/*\" is relative; "
                    + "begin it with \"/\" or \"~/\", or set \"root\""
            ),
            (
                "[source.n]\nroot = \"/a\"\ninclude = [\"/b/*\"]",
                "agent.conf:3:1: [source.n]: the include \"/b/*\" is not below the root /a"
            ),
            (
                "[source.n]\ninclude = [\"/b/\"]",
                "agent.conf:2:1: [source.n]: the include \"/b/\" names a folder; "
                    + "end it with \"/**\" for all that is in it"
            ),
            (
                "[source.n]\ninclude = [\"/b/{x\"]",
                "agent.conf:2:1: \"include\" in [source.n]: expected an array of patterns, "
                    + "found an array (in it \"/b/{x\": a \"{\" has no \"}\")"
            ),
            (
                "[source.a]\npreset = \"codex\"\n[source.b]\npreset = \"codex\"",
                "agent.conf:3:9: [source.b] and [source.a] ship the same files of /home/ada/.codex; "
                    + "remove one, or give it another \"root\""
            ),
        ]
    )
    func combinations(text: String, message: String) {
        #expect(Samples.agentProblems([Samples.file(text)]) == message)
    }

    @Test("All problems of all files come at once, in the order of the files")
    func everything() {
        let files = [
            Samples.file("[agent]\nhold = 1\nfoo = 2\n[receiver.p]\nhold = 3"),
            Samples.file("[agent\n", "b.conf"),
            Samples.file("[agent]\nhold_limt = \"1B\"\nhold = true", "c.conf"),
        ]
        let lines = Samples.agentProblems(files).split(separator: "\n")
        #expect(
            lines.map { $0.split(separator: " ")[0] } == [
                "agent.conf:2:1:", "agent.conf:3:1:", "agent.conf:5:1:", "b.conf:1:7:",
                "c.conf:2:1:",
            ]
        )
    }

    @Test("What a file may hold that could not be read is not reported as missing")
    func incomplete() {
        let files = [
            Samples.file("[receiver.p]\nonly = [\"mine\"]"), Samples.file("[", "b.conf"),
        ]
        #expect(Samples.agentProblems(files).split(separator: "\n").count == 1)
    }

    @Test("A value that a later file replaces is checked all the same")
    func replaced() {
        let files = [
            Samples.file("[agent]\nhold = 1"), Samples.file("[agent]\nhold = true", "b.conf"),
        ]
        #expect(
            Samples.agentProblems(files)
                == "agent.conf:2:1: \"hold\" in [agent]: expected true or false, found the number 1"
        )
    }

    @Test("More sources than an agent may announce are refused")
    func tooMany() {
        let text = (1...62).map { "[source.s\($0)]\ninclude = [\"/x/\($0)/*\"]\n" }.joined()
        #expect(
            Samples.agentProblems([Samples.file(text)])
                == "there are 65 sources; at most 64 are possible"
        )
    }

    @Test("A control socket that no address has room for is refused")
    func longSocket() {
        let path = "/" + String(repeating: "x", count: 107)
        let problems = Samples.agentProblems([Samples.file("[agent]\ncontrol_socket = \"\(path)\"")]
        )
        #expect(
            problems.hasPrefix(
                "agent.conf:2:1: \"control_socket\" in [agent]: expected a path of at most 107"
            )
        )
    }

    @Test("Problems become the programs' common error")
    func operatorError() {
        let error = ConfigurationError([
            ConfigurationProblem(at: nil, "a"), ConfigurationProblem(at: nil, "b"),
        ])
        #expect(error.operatorError.code == .configuration)
        #expect(error.operatorError.message == "a\nb")
    }
}
