import Agent
import Platform

@main
struct Main {
    static func main() {
        Exit.with(AgentCommand.main(CommandLine.arguments.dropFirst()))
    }
}
