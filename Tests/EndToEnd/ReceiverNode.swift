import Core
import TestSupport

/// A receiver of a stage, with its storage.
final class ReceiverNode {
    /// What `status --json` says, as far as tests look at it.
    struct Status: Decodable {
        struct Window: Decodable {
            var bytes: Int
            var reason: String
            var text: String
        }
        struct Agent: Decodable {
            var name: String
            var id: String
            var connected: Bool
            var revoked: Bool
            var cloned: Bool
        }
        var durableBytes: Int
        var archivedBytes: Int
        var files: Int
        var streams: Int
        var residentBytes: Int
        var streamsWithoutRows: Int
        var window: Window
        var agents: [Agent]
    }

    let stage: Stage
    let name: String
    let port = Ports.free()
    /// Where the page is.
    let web = Ports.free()
    let storage: BytePath
    let configuration: BytePath
    private(set) var process: ChildProcess?
    static let program = Stage.program("tailship-receiver")

    // `extra` are further lines of the configuration, with their sections.
    init(
        _ stage: Stage,
        _ name: String = "receiver",
        storage: BytePath? = nil,
        storageKeys: String = "minimum_free = \"1MiB\"",
        listenKeys: String = "",
        webHost: String = "127.0.0.1",
        extra: String = ""
    ) throws {
        self.stage = stage
        self.name = name
        self.storage = storage ?? stage.folder.appending(BytePath(name))
        configuration = stage.folder.appending(BytePath("\(name).conf"))
        try Files.write(
            configuration,
            """
            [listen]
            agents = "127.0.0.1:\(port)"
            web = "\(webHost):\(web)"
            \(listenKeys)
            [storage]
            directory = "\(self.storage)"
            \(storageKeys)
            \(extra)
            """
        )
    }

    /// Starts it and waits until it answers.
    func start() async throws {
        let process = try stage.start(
            name,
            ReceiverNode.program,
            ["run", "--config", configuration.description]
        )
        self.process = process
        try await eventually("\(name) answers") {
            if let end = process.end { throw TestFailure("\(name) ended by \(end) at its start") }
            return try await command("status").end == .exit(0)
        }
    }

    /// Asks it to end, and expects it to do so in good order.
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

    func command(_ words: String...) async throws -> Stage.Outcome { try await command(words) }

    func command(_ words: [String]) async throws -> Stage.Outcome {
        try await stage.run(
            ReceiverNode.program,
            words + ["--config", configuration.description],
            within: .seconds(120)
        )
    }

    var log: String { Files.text(stage.folder.appending(BytePath("\(name).log"))) }

    func token(_ words: String...) async throws -> String { try await token(words) }

    func token(_ words: [String]) async throws -> String {
        let outcome = try await stage.run(
            ReceiverNode.program,
            ["token"] + words + ["--config", configuration.description]
        )
        guard outcome.end == .exit(0), let token = outcome.output.split(separator: "\n").last else {
            throw TestFailure("no token: \(outcome.all)")
        }
        return String(token)
    }

    func status() async throws -> Status {
        let outcome = try await command("status", "--json")
        guard outcome.end == .exit(0) else { throw TestFailure("no status: \(outcome.all)") }
        return try Stage.decode(outcome.output)
    }

    /// Where the files of a source are, of the only agent unless one is named.
    func archive(_ source: String, of agent: String? = nil) async throws -> BytePath {
        let agents = try await status().agents.filter { agent == nil || $0.name == agent }
        guard agents.count == 1 else { throw TestFailure("agents: \(agents.map(\.name))") }
        return storage.appending("archive").appending(BytePath(agents[0].id))
            .appending(BytePath(source))
    }

    /// Waits until the archive has the same bytes as the folder of a source.
    func settles(
        on source: BytePath,
        as name: String = "files",
        of agent: String? = nil,
        within limit: Duration = .seconds(60),
        skip: (BytePath) -> Bool = { _ in false }
    ) async throws {
        let archive = try await archive(name, of: agent)
        var differences: [String] = []
        try await eventually(
            "\(archive) is like \(source): \(differences.count) differences: \(differences.prefix(8))",
            within: limit,
            every: .milliseconds(100)
        ) {
            differences = FileTree.differences(source: source, archive: archive, skip: skip)
            return differences.isEmpty
        }
    }
}
