import Core
import Testing

@testable import Settings

@Suite("agent.conf")
struct AgentSettingsTests {
    @Test("Without a file there is a whole configuration, without a receiver")
    func empty() throws {
        let settings = try Samples.loadAgent([]).settings
        #expect(settings.stateDirectory == "/home/ada/.local/state/tailship/agent")
        #expect(settings.controlSocket == "/home/ada/.local/state/tailship/agent/agent.sock")
        #expect(settings.name == "ada@laptop")
        #expect(settings.logLevel == .info)
        #expect(settings.lowPriority)
        #expect(settings.rateLimit == nil)
        #expect(settings.hold)
        #expect(settings.holdLimit == 20 << 30)
        #expect(settings.finishedAfter == .seconds(300))
        #expect(settings.rescan == .seconds(3600))
        #expect(settings.pollInterval == .seconds(2))
        #expect(settings.verifyRate == 50 << 20)
        #expect(settings.receivers.isEmpty)
        #expect(settings.definitions.map(\.name) == ["claude-code", "codex", "gemini"])
    }

    @Test("The system's agent keeps its state elsewhere")
    func systemService() throws {
        let defaults = AgentSettings.Defaults.systemService(Samples.context, hostName: "h")
        let settings = try AgentSettings.load([], context: Samples.context, defaults: defaults)
            .settings
        #expect(settings.stateDirectory == "/var/lib/tailship-agent")
    }

    @Test("The command line's state folder wins, and the socket follows it")
    func stateOption() throws {
        let file = Samples.file("[agent]\nstate_directory = \"/a\"")
        let loaded = try AgentSettings.load(
            [file],
            context: Samples.context,
            defaults: Samples.defaults,
            stateDirectory: "/b"
        )
        #expect(loaded.settings.stateDirectory == "/b")
        #expect(loaded.settings.controlSocket == "/b/agent.sock")
        #expect(loaded.effectiveText.contains("state_directory = \"/b\"  # --state\n"))
    }

    @Test("Every key of [agent] is read")
    func agentKeys() throws {
        let settings = try Samples.agent(
            """
            [agent]
            state_directory = "$NOTES/state"
            name = "$5 laptop"
            log_level = "debug"
            control_socket = "/run/t.sock"
            low_priority = false
            rate_limit = "10MiB/s"
            hold = false
            hold_limit = "1.5GiB"
            finished_after = "90s"
            rescan = "off"
            poll_interval = "500ms"
            verify_rate = "unlimited"
            """
        )
        #expect(settings.stateDirectory == "/srv/notes/state")
        #expect(settings.name == "$5 laptop")
        #expect(settings.logLevel == .debug)
        #expect(settings.controlSocket == "/run/t.sock")
        #expect(!settings.lowPriority)
        #expect(settings.rateLimit == 10 << 20)
        #expect(!settings.hold)
        #expect(settings.holdLimit == 3 << 29)
        #expect(settings.finishedAfter == .seconds(90))
        #expect(settings.rescan == nil)
        #expect(settings.pollInterval == .milliseconds(500))
        #expect(settings.verifyRate == nil)
    }

    @Test("Receivers have their own address, limits, certificates and sources")
    func receivers() throws {
        let settings = try Samples.agent(
            """
            [receiver.prod]
            address = "llm-server"
            except = ["codex"]
            [receiver.dev]
            address = "[::1]:99"
            hold = false
            only = ["gemini"]
            rate_limit = "1MB/s"
            connect_timeout = "3s"
            server_name = "dev.example.org"
            certificate = "~/c"
            key = "~/k"
            authority = "/a"
            """
        )
        let prod = try #require(settings.receivers.first)
        let dev = try #require(settings.receivers.last)
        #expect(settings.receivers.map(\.name) == ["prod", "dev"])
        #expect(prod.address == HostPort(host: "llm-server", port: 7625))
        #expect(prod.sources == .except(["codex"]))
        #expect(prod.hold)
        #expect(prod.certificates == nil)
        #expect(prod.connectTimeout == .seconds(10))
        #expect(dev.address == HostPort(host: "::1", port: 99))
        #expect(dev.sources.accepts("gemini"))
        #expect(!dev.sources.accepts("codex"))
        #expect(dev.rateLimit == 1_000_000)
        #expect(dev.connectTimeout == .seconds(3))
        #expect(dev.serverName == "dev.example.org")
        #expect(dev.certificates?.certificate == "/home/ada/c")
        #expect(dev.certificates?.key == "/home/ada/k")
        #expect(dev.certificates?.authority == "/a")
        #expect(!dev.hold)
    }

    @Test("A preset can be disabled, moved and named otherwise")
    func presets() throws {
        #expect(
            try Samples.agent("[source.codex]\nenabled = false").definitions.map(\.name)
                == ["claude-code", "gemini"]
        )
        let renamed = try Samples.agent("[source.sessions]\npreset = \"claude-code\"")
        #expect(renamed.definitions.map(\.name) == ["sessions", "codex", "gemini"])
        let second = try Samples.agent(
            "[source.work]\npreset = \"claude-code\"\nroot = \"/work\""
        )
        #expect(second.definitions.map(\.name) == ["work", "claude-code", "codex", "gemini"])
    }

    @Test("A later file replaces keys and arrays, and adds to tables")
    func dropIns() throws {
        let files = [
            Samples.file(
                """
                [agent]
                hold = false
                log_level = "debug"
                [receiver.prod]
                address = "a"
                only = ["codex", "gemini"]
                """
            ),
            Samples.file("[receiver.prod]\nonly = [\"codex\"]", "agent.conf.d/10.conf"),
            Samples.file(
                "[agent]\nlog_level = \"error\"\n[receiver.dev]\naddress = \"b\"",
                "agent.conf.d/20.conf"
            ),
        ]
        let settings = try Samples.loadAgent(files).settings
        #expect(!settings.hold)
        #expect(settings.logLevel == .error)
        #expect(settings.receivers.map(\.address.host) == ["a", "b"])
        #expect(settings.receivers.first?.sources == .only(["codex"]))
    }

    @Test("The embedded configuration ships to one receiver")
    func embedded() throws {
        let address = HostPort(host: "127.0.0.1", port: 7625)
        let settings = try AgentSettings.embedded(
            Samples.context,
            defaults: Samples.defaults,
            receiver: address
        )
        #expect(settings.receivers.map(\.name) == ["local"])
        #expect(settings.receivers.first?.address == address)
        #expect(settings.definitions.count == 3)
    }
}
