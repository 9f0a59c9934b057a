import Core
import Platform
import Settings

/// `tailship-agent status`: what the running agent says of itself.
enum StatusCommand {
    static func run(_ settings: AgentSettings, json: Bool) throws(OperatorError) {
        let text = try ControlClient.request(
            settings.controlSocket,
            json ? "status" : "status text",
            timeout: .seconds(30)
        )
        _ = StandardOutput.write(text)
    }
}
