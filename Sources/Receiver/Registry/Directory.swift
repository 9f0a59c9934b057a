import Core
import Synchronization

/// The enrolled agents in memory, for the loops to ask without touching the database.
package final class Directory: Sendable {
    private let agents: Mutex<[AgentID: EnrolledAgent]>

    /// A directory of the agents that the registry has.
    package init(_ agents: [EnrolledAgent] = []) {
        self.agents = Mutex(Directory.index(agents))
    }

    /// The agent of that id, revoked or not; nil when it never enrolled.
    package subscript(_ id: AgentID) -> EnrolledAgent? { agents.withLock { $0[id] } }

    /// What rows call an agent and its owner.
    func naming(_ id: AgentID) -> (name: String, owner: String) {
        let agent = self[id]
        return (agent?.name ?? id.description, agent?.owner ?? "")
    }

    /// All agents by name.
    package var all: [EnrolledAgent] {
        agents.withLock { $0.values.sorted { $0.name < $1.name } }
    }

    /// Takes over what another process may have changed in the registry: who is there, and who is revoked.
    ///
    /// The rest is newer here: what connections learn is stored behind them.
    package func refresh(_ stored: [EnrolledAgent]) {
        agents.withLock { agents in
            for var agent in stored {
                if var known = agents[agent.id] {
                    known.name = agent.name
                    known.revoked = agent.revoked
                    agent = known
                }
                agents[agent.id] = agent
            }
        }
    }

    /// Adds an agent or takes the place of the one with its id.
    package func put(_ agent: EnrolledAgent) { agents.withLock { $0[agent.id] = agent } }

    /// Changes an agent under the lock; one that is not there is left out.
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
