import Core
import TestSupport

/// An agent of a stage, with its state folder and one source named `files`, unless told otherwise.
final class AgentNode {
    /// What `status --json` says, as far as tests look at it.
    struct Status: Decodable {
        struct Receiver: Decodable {
            var name: String
            var connected: Bool
            var failure: String?
            var paused: String?
            var pendingStreams: Int
            var pendingBytes: Int
            var ackedBytes: Int
            var gaps: Int
            var mismatches: Int
        }
        struct Source: Decodable {
            var name: String
            var polled: String?
        }
        struct Held: Decodable {
            var files: Int
            var bytes: Int
        }
        struct Problem: Decodable {
            var path: String
            var reason: String
        }
        var files: Int
        var watchedFolders: Int
        var residentBytes: Int
        var held: Held
        var receivers: [Receiver]
        var sources: [Source]
        var problems: [Problem]

        var first: Receiver? { receivers.first }
    }

    static let program = Stage.program("tailship-agent")
    private static let presets = ["claude-code", "codex", "gemini"]
    static let onlyFiles = without(presets)

    private static func without(_ presets: [String]) -> String {
        presets.map { "[source.\($0)]\nenabled = false" }.joined(separator: "\n")
    }

    private static func sources(_ preset: String?, _ root: BytePath) -> String {
        guard let preset else {
            return onlyFiles + "\n[source.files]\ninclude = [\"\(root)/**\"]\n"
        }
        return without(presets.filter { $0 != preset })
            + "\n[source.\(preset)]\nroot = \"\(root)\"\n"
    }

    let stage: Stage
    let name: String
    let state: BytePath
    let configuration: BytePath
    /// The root of the source `files`.
    let files: BytePath
    /// Its source, where it has one.
    let source: String
    /// Words in front of the command line, such as `setpriv`.
    var wrapper: [String] = []
    private(set) var process: ChildProcess?

    // `ports` are the receivers' names and ports, `keys` lines for the section `[agent]`, and `sources` the
    // sections of sources; nil for one source: `files` of a folder of that name, or `preset` with it as its root.
    init(
        _ stage: Stage,
        _ name: String = "agent",
        ports: [(name: String, port: UInt16)],
        files: BytePath? = nil,
        state: BytePath? = nil,
        keys: String = "",
        receiverKeys: [String: String] = [:],
        sources: String? = nil,
        preset: String? = nil
    ) throws {
        self.stage = stage
        self.name = name
        self.state = state ?? stage.folder.appending(BytePath("\(name)-state"))
        let root = files ?? stage.folder.appending(BytePath("\(name)-files"))
        self.files = root
        source = preset ?? "files"
        configuration = stage.folder.appending(BytePath("\(name).conf"))
        if files == nil, sources == nil { try Files.makeFolder(root) }
        var text = """
            [agent]
            state_directory = "\(self.state)"
            name = "\(name)"
            low_priority = false
            finished_after = "2s"
            \(keys)
            \(sources ?? Self.sources(preset, root))

            """
        for (receiver, port) in ports {
            text += """
                [receiver.\(receiver)]
                address = "127.0.0.1:\(port)"
                \(receiverKeys[receiver] ?? "")

                """
        }
        try Files.write(configuration, text)
    }

    convenience init(_ stage: Stage, _ name: String = "agent", at receiver: ReceiverNode) throws {
        try self.init(stage, name, ports: [("main", receiver.port)])
    }

    /// Enrols at a receiver.
    func join(
        _ receiver: ReceiverNode,
        as name: String = "main",
        port: UInt16? = nil,
        owner: String? = nil
    ) async throws {
        let token = try await receiver.token(owner.map { ["--owner", $0] } ?? [])
        let outcome = try await command(
            "join",
            "127.0.0.1:\(port ?? receiver.port)",
            token,
            "--receiver",
            name
        )
        guard outcome.end == .exit(0) else { throw TestFailure("cannot join: \(outcome.all)") }
    }

    func launch() throws {
        let words = wrapper + [AgentNode.program, "run", "--config", configuration.description]
        process = try stage.start(name, words[0], Array(words.dropFirst()))
    }

    /// Starts it and waits until it answers.
    func start() async throws {
        try launch()
        try await answers()
    }

    func answers() async throws {
        try await eventually("\(name) answers") {
            if let end = process?.end { throw TestFailure("\(name) ended by \(end) at its start") }
            return try await command("status").end == .exit(0)
        }
    }

    func stop() async throws {
        guard let process else { return }
        process.signal(15)
        let end = try await process.wait(within: .seconds(30), name)
        guard end == .exit(0) else { throw TestFailure("\(name) ended by \(end) after SIGTERM") }
        self.process = nil
    }

    func kill() async throws {
        try await process?.killNow()
        process = nil
    }

    @discardableResult
    func command(
        _ words: String...,
        within limit: Duration = .seconds(120)
    ) async throws
        -> Stage.Outcome
    {
        let line = wrapper + [AgentNode.program] + words + ["--config", configuration.description]
        return try await stage.run(line[0], Array(line.dropFirst()), within: limit)
    }

    var log: String { Files.text(stage.folder.appending(BytePath("\(name).log"))) }

    func status() async throws -> Status {
        let outcome = try await command("status", "--json")
        guard outcome.end == .exit(0) else { throw TestFailure("no status: \(outcome.all)") }
        return try Stage.decode(outcome.output)
    }

    /// Waits for a state of its own that the status tells.
    @discardableResult
    func shows(
        _ what: String,
        within limit: Duration = .seconds(30),
        _ condition: (Status) -> Bool
    ) async throws -> Status {
        try await eventually("\(name) \(what)", within: limit, every: .milliseconds(100)) {
            let status = try await status()
            return condition(status) ? status : nil
        }
    }

    /// Waits until every receiver is connected and has all bytes.
    func shipped(within limit: Duration = .seconds(60)) async throws {
        try await shows("has shipped everything", within: limit) { status in
            status.receivers.allSatisfy { $0.connected && $0.pendingStreams == 0 }
        }
    }

    /// Compares everything with the receivers, which must agree.
    func verifies() async throws {
        // Less than the minute after which the agent would look again by itself.
        let outcome = try await command("verify", within: .seconds(45))
        guard outcome.end == .exit(0) else {
            throw TestFailure("verify ended by \(outcome.end): \(outcome.all)")
        }
    }
}
