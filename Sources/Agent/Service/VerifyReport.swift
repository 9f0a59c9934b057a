import Core
import Platform
import SQL
import Settings
import Tailing

/// How far the comparison of all files with each receiver is.
struct VerifyReport {
    let json: String

    init(_ service: AgentService) {
        var writer = JSONWriter()
        service.attempt { () throws(SQLError) in
            var rows: [(UplinkDriver, VerificationTotals, ReceiverTotals, Bool)] = []
            for uplink in service.uplinks {
                rows.append(
                    (
                        uplink, try service.context.store.verification(uplink.number),
                        try service.context.store.totals(uplink.number),
                        try uplink.isVerified()
                    ))
            }
            writer.object { json in
                json.bool(
                    "done", rows.allSatisfy { $0.3 && $0.0.isShipping && $0.2.streams == 0 })
                json.array("receivers") { json in
                    for (uplink, totals, pending, _) in rows {
                        json.object { json in
                            json.string("name", uplink.endpoint.name)
                            json.bool("connected", uplink.isShipping)
                            json.string("failure", uplink.isShipping ? nil : uplink.lastFailure)
                            json.number("verified", totals.verified)
                            json.number("verified_bytes", totals.verifiedBytes)
                            json.number("unverified", totals.unverified)
                            json.number("pending", pending.streams)
                            json.number("mismatches", uplink.mismatches)
                        }
                    }
                }
            }
        }
        json = writer.result
    }
}
