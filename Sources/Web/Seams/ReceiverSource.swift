import Core

/// What the running receiver tells of itself and its agents, and does to them.
package protocol ReceiverSource: Sendable {
    /// How it is now; from any thread, without waiting.
    func facts() -> ReceiverFacts

    /// The agents that are connected; from any thread, without waiting.
    func connected() -> Set<AgentID>

    /// Makes a join token and tells the command that uses it; may wait for the disk.
    func makeToken(
        owner: String,
        valid: Duration?,
        by: String
    ) throws(OperatorError) -> (token: String, command: String, expires: WallTime)

    /// Revokes an agent and cuts it off; false when there is none. May wait for the disk.
    func revoke(_ agent: AgentID, by: String) throws(OperatorError) -> Bool

    /// The configuration that is in effect, secrets left out.
    var configuration: String { get }
}
