import Core
import Platform
import SQL
import Settings
import Tailing

/// How far the comparison of all files with each receiver is.
///
/// The first line is "done", "busy", or "waiting" while a receiver is not connected, for the command that waits; a table for people follows.
struct VerifyReport {
    let text: String

    init(_ service: AgentService) {
        var table = TextTable([
            "RECEIVER", "VERIFIED", "BYTES", "TO VERIFY", "TO SHIP", "DIFFERED", "",
        ])
        var isDone = true
        var isConnected = true
        service.attempt { () throws(SQLError) in
            for uplink in service.uplinks {
                if !uplink.isShipping { isConnected = false }
                let totals = try service.context.store.verification(uplink.number)
                let pending = try service.context.store.totals(uplink.number)
                let verified = try uplink.isVerified()
                if !verified || !uplink.isShipping || pending.streams > 0 { isDone = false }
                table.add([
                    uplink.endpoint.name, "\(totals.verified)",
                    ByteCount.text(totals.verifiedBytes), "\(totals.unverified)",
                    "\(pending.streams)", "\(uplink.mismatches)",
                    uplink.isShipping ? "" : uplink.lastFailure ?? "not connected",
                ])
            }
        }
        text = (isDone ? "done\n" : isConnected ? "busy\n" : "waiting\n") + table.text
    }
}
