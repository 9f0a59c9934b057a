import Core
import Testing

@testable import Settings

@Suite("receiver.conf")
struct ReceiverSettingsTests {
    @Test("Without a file there is a whole configuration")
    func empty() throws {
        let settings = try Samples.receiver("")
        #expect(settings == ReceiverSettings())
        #expect(settings.listen.agents == HostPort(host: "::", port: 7625))
        #expect(settings.listen.web == HostPort(host: "127.0.0.1", port: 7626))
        #expect(settings.listen.maximumConnections == 4096)
        #expect(settings.listen.handshakeTimeout == .seconds(10))
        #expect(settings.listen.idleTimeout == .seconds(180))
        #expect(settings.storage.directory == "/var/lib/tailship")
        #expect(settings.storage.journalSegment == 64 << 20)
        #expect(settings.storage.journalLimit == 4 << 30)
        #expect(settings.storage.minimumFree == 1 << 30)
        #expect(settings.storage.groupCommitWait == .zero)
        #expect(settings.security.certificates == nil)
        #expect(settings.security.certificateValidity == .seconds(90 * 86_400))
        #expect(settings.security.renewBefore == .seconds(30 * 86_400))
        #expect(settings.security.expiredGrace == .seconds(90 * 86_400))
        #expect(settings.security.tokenValid == .seconds(3600))
        #expect(settings.limits.window == 4 << 20)
        #expect(settings.log.level == .info)
    }

    @Test("Every key is read")
    func everyKey() throws {
        let settings = try Samples.receiver(
            """
            [listen]
            agents = "0.0.0.0:1"
            web = "[::1]:2"
            threads = 3
            max_connections = 4
            handshake_timeout = "5s"
            idle_timeout = "1m"
            names = ["a.example.org", "10.0.0.1", "fd00::1"]
            [storage]
            directory = "~/t"
            journal_segment = "8MiB"
            journal_limit = "16MiB"
            minimum_free = "0"
            group_commit_wait = "500us"
            [security]
            certificate = "/c"
            key = "/k"
            authority = "/a"
            certificate_validity = "10d"
            renew_before = "1d"
            expired_grace = "0"
            token_valid = "5m"
            [limits]
            window = "1MiB"
            connection_memory = "4MiB"
            [log]
            level = "error"
            """
        )
        var expected = ReceiverSettings()
        expected.listen = ReceiverSettings.Listen(
            agents: HostPort(host: "0.0.0.0", port: 1),
            web: HostPort(host: "::1", port: 2),
            threads: 3,
            maximumConnections: 4,
            handshakeTimeout: .seconds(5),
            idleTimeout: .seconds(60),
            names: ["a.example.org", "10.0.0.1", "fd00::1"]
        )
        expected.storage = ReceiverSettings.Storage(
            directory: "/home/ada/t",
            journalSegment: 8 << 20,
            journalLimit: 16 << 20,
            minimumFree: 0,
            groupCommitWait: .microseconds(500)
        )
        expected.security = ReceiverSettings.Security(
            certificateValidity: .seconds(864_000),
            renewBefore: .seconds(86_400),
            expiredGrace: .zero,
            tokenValid: .seconds(300),
            certificate: "/c",
            key: "/k",
            authority: "/a"
        )
        expected.limits = ReceiverSettings.Limits(window: 1 << 20, connectionMemory: 4 << 20)
        expected.log = ReceiverSettings.Log(level: .error)
        #expect(settings == expected)
        #expect(settings.security.certificates?.authority == "/a")
    }

    @Test(
        "Each problem has its place, its key, and what was expected",
        arguments: [
            (
                "[consumers.prod]\nbackend = \"clickhouse\"",
                "receiver.conf:1:2: unknown table [consumers]; did you mean \"consumer\"?"
            ),
            (
                "[consumer.prod]\nbackend = \"clickhouse\"",
                "receiver.conf:1:11: the key \"url\" is missing in [consumer.prod]; clickhouse needs "
                    + "the address of a server"
            ),
            (
                "[consumer.dev]\nbackend = \"jsonl\"\ndirectory = \"/srv\"\nsecret = \"x\"",
                "receiver.conf:4:1: \"secret\" in [consumer.dev] is for webhook, not for jsonl; "
                    + "remove it"
            ),
            (
                "[consumer.dev]\nbackend = \"exec\"\ncommand = [\"x\"]\nonly = { toool = [\"a\"] }",
                "receiver.conf:4:1: \"only\" in [consumer.dev]: expected a table of lists, "
                    + "{ tool = [\"codex\"] }, by agent, owner, source, tool, project, tables, kinds, "
                    + "found a table (unknown key \"toool\"; did you mean \"tool\"?)"
            ),
            (
                "[listen]\nagents = \"[::]\"",
                "receiver.conf:2:1: \"agents\" in [listen]: expected \"address:port\", "
                    + "such as \"[::]:7625\", found \"[::]\" (the port is missing)"
            ),
            (
                "[listen]\nthreads = -1",
                "receiver.conf:2:1: \"threads\" in [listen]: expected a whole number from 0 to 64, "
                    + "found the number -1"
            ),
            (
                "[listen]\nweb = \"127.0.0.1:7625\"",
                "receiver.conf:2:1: \"web\" in [listen] is 127.0.0.1:7625, "
                    + "which is taken by \"agents\" ([::]:7625); give it another port"
            ),
            (
                "[listen]\nnames = [\"a\", \"b c\"]",
                "receiver.conf:2:1: \"names\" in [listen]: expected an array of host names and "
                    + "addresses, found an array (in it \"b c\": expected a host name or address)"
            ),
            (
                "[storage]\njournal_limit = \"100MiB\"",
                "receiver.conf:2:1: \"journal_limit\" in [storage] is 100MiB; "
                    + "expected at least two segments (128MiB)"
            ),
            (
                "[security]\nrenew_before = \"90d\"",
                "receiver.conf:2:1: \"renew_before\" in [security] is 90d; "
                    + "expected less than \"certificate_validity\" (90d)"
            ),
            (
                "[security]\nauthority = \"/a\"",
                "receiver.conf:2:1: [security]: certificates of your own need \"certificate\" and "
                    + "\"key\" as well as \"authority\""
            ),
            (
                "[limits]\nwindow = \"1KiB\"",
                "receiver.conf:2:1: \"window\" in [limits]: expected a size such as \"64MiB\", "
                    + "from 1MiB to 256MiB, found \"1KiB\" (out of bounds)"
            ),
            (
                "storage = \"/x\"",
                "receiver.conf:1:1: expected the table [storage], found \"/x\""
            ),
        ]
    )
    func problems(text: String, message: String) {
        #expect(Samples.receiverProblems(text) == message)
    }

    @Test(
        "Two addresses may share a port where they do not meet, and any two may be left to the system"
    )
    func ports() throws {
        _ = try Samples.receiver("[listen]\nagents = \"10.0.0.1:7626\"")
        _ = try Samples.receiver("[listen]\nagents = \"[::]:0\"\nweb = \"127.0.0.1:0\"")
    }

    @Test("The embedded configuration listens on this machine alone")
    func embedded() {
        let settings = ReceiverSettings.embedded(directory: "/d", agentsPort: 0)
        #expect(settings.listen.agents == HostPort(host: "127.0.0.1", port: 0))
        #expect(settings.listen.web.host == "127.0.0.1")
        #expect(settings.storage.directory == "/d")
    }
}
