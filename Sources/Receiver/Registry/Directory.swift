import Core
import Synchronization

/// The enrolled agents in memory, for the loops to ask without touching the database.
package final class Directory: Sendable {
    private let agents: Mutex<[AgentID: EnrolledAgent]>

    package init(_ agents: [EnrolledAgent] = []) {
        self.agents = Mutex(Directory.index(agents))
    }

    package subscript(_ id: AgentID) -> EnrolledAgent? { agents.withLock { $0[id] } }

    package var all: [EnrolledAgent] {
        agents.withLock { $0.values.sorted { $0.name < $1.name } }
    }

    package func replace(_ agents: [EnrolledAgent]) {
        self.agents.withLock { $0 = Directory.index(agents) }
    }

    package func put(_ agent: EnrolledAgent) { agents.withLock { $0[agent.id] = agent } }

    package func update(_ id: AgentID, _ change: @Sendable (inout EnrolledAgent) -> Void) {
        agents.withLock { agents in
            guard var agent = agents[id] else { return }
            change(&agent)
            agents[id] = agent
        }
    }

    private static func index(_ agents: [EnrolledAgent]) -> [AgentID: EnrolledAgent] {
        Dictionary(agents.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
