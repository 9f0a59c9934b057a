import Core
import TestSupport

/// What most tests need: a receiver that runs and an agent that is enrolled at it.
struct Pair {
    let receiver: ReceiverNode
    let agent: AgentNode
    var files: BytePath { agent.files }

    // The agent runs already if `starts`; with `preset` its one source is that one.
    static func make(
        _ stage: Stage,
        starts: Bool = true,
        preset: String? = nil
    ) async throws -> Pair {
        let receiver = try ReceiverNode(stage)
        try await receiver.start()
        let agent = try AgentNode(stage, ports: [("main", receiver.port)], preset: preset)
        try await agent.join(receiver)
        if starts { try await agent.start() }
        return Pair(receiver: receiver, agent: agent)
    }

    func at(_ name: BytePath) -> BytePath { files.appending(name) }

    /// Waits until everything is shipped and the archive is the same as the files.
    func settles(within limit: Duration = .seconds(60)) async throws {
        try await agent.shipped(within: limit)
        try await receiver.settles(on: files, as: agent.source, within: limit)
    }

    /// Where the archive has a file.
    func archived(_ name: BytePath) async throws -> BytePath {
        try await receiver.archive(agent.source).appending(name)
    }
}
