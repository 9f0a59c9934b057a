import Core
import Platform
import SQL
import Settings

/// `tailship-agent verify`: every file against each receiver's copy, by length and SHA-256.
///
/// A running agent is asked to do it; without one it is done here.
enum VerifyCommand {
    /// - Returns: the exit status; 1 when a copy differed.
    static func run(_ settings: AgentSettings) throws(OperatorError) -> Int32 {
        do throws(OperatorError) {
            _ = try ControlClient.request(settings.controlSocket, "verify", timeout: .seconds(60))
        } catch {
            return try here(settings)
        }
        let pause = Signal()
        var lastTable = ""
        var waited = 0
        while true {
            _ = pause.wait(timeout: .milliseconds(200))
            let reply = try ControlClient.request(
                settings.controlSocket,
                "verify-progress",
                timeout: .seconds(60)
            )
            let isDone = reply.hasPrefix("done\n")
            let table = String(reply.drop { $0 != "\n" }.dropFirst())
            if isDone || (Host.isTerminal(StandardOutput.descriptor) && table != lastTable) {
                _ = StandardOutput.write(table)
            }
            lastTable = table
            if isDone { return Exit.success }
            waited = reply.hasPrefix("waiting\n") ? waited + 1 : 0
            guard waited < patience else {
                throw OperatorError(
                    .network,
                    "a receiver is not connected, so its copies cannot be compared",
                    remedy: "tailship-agent status says why."
                )
            }
        }
    }

    /// Looks, of 200 ms each, without a connection before it is given up.
    private static let patience = 100

    private static func here(_ settings: AgentSettings) throws(OperatorError) -> Int32 {
        let service = try AgentService(settings, mode: .once)
        try AgentService.database { () throws(SQLError) in
            try service.context.store.forgetVerifications()
        }
        let status = try service.run()
        _ = StandardOutput.write(
            String(VerifyReport(service).text.drop { $0 != "\n" }.dropFirst())
        )
        return status
    }
}
