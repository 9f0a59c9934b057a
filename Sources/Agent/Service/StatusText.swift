import Core
import Platform
import SQL
import Settings
import Tailing
import Wire

/// The agent's state in words.
struct StatusText {
    let text: String

    init(_ service: AgentService) {
        var lines: [String] = []
        service.attempt { () throws(SQLError) in
            let store = service.context.store
            let (files, _) = try store.totals()
            let held = try store.heldTotals()
            lines.append(
                "\(service.settings.name), version \(AgentContext.version), running as "
                    + "\(Host.userName), state in \(service.settings.stateDirectory)"
            )
            lines.append(
                "\(files) files in \(service.watchCount) watched folders, "
                    + "\(ByteCount.text(Host.residentBytes())) of memory"
            )
            if held.files > 0 {
                lines.append(
                    "\(held.files) deleted files are held until they are verified "
                        + "(\(ByteCount.text(held.bytes)) of \(ByteCount.text(service.settings.holdLimit)))"
                )
            }
            for uplink in service.uplinks {
                lines += StatusText.lines(of: uplink, try store.totals(uplink.number))
            }
        }
        if service.uplinks.isEmpty {
            lines.append("no receiver is configured: add [receiver.NAME] with its address")
        }
        for (source, reason) in service.pollReasons.sorted(by: { $0.key < $1.key }) {
            lines.append("source \(source) is polled: \(reason)")
        }
        for source in service.context.keeper.sources
        where service.context.keeper.isMissing(source.root) {
            lines.append("source \(source.name): there is no \(source.root) yet")
        }
        let problems = service.context.keeper.problems
        for (path, reason) in problems.reasons.sorted(by: { $0.key < $1.key }).prefix(20) {
            lines.append("problem: \(path): \(reason)")
        }
        let more = problems.others + max(0, problems.reasons.count - 20)
        if more > 0 { lines.append("and \(more) more problems: status --json lists them") }
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func lines(
        of uplink: UplinkDriver,
        _ totals: ReceiverTotals
    ) -> [String] {
        var state = "receiver \(uplink.endpoint.name) (\(uplink.endpoint.address)): "
        if let window = uplink.window, uplink.isShipping {
            state += window.bytes == 0 ? "paused: \(window.text)" : "connected"
        } else {
            state += "not connected: \(uplink.lastFailure ?? "connecting")"
        }
        var lines = [state]
        if totals.streams == 0 {
            lines.append("  everything is shipped")
        } else {
            let since = totals.oldest.map { ", the oldest since \($0.iso8601)" } ?? ""
            lines.append(
                "  \(ByteCount.text(totals.bytes)) of \(totals.streams) files wait\(since)"
            )
        }
        if totals.gaps > 0 {
            lines.append(
                "  \(totals.gaps) files lost \(ByteCount.text(totals.gapBytes)) that were overwritten "
                    + "or deleted before they could be read"
            )
        }
        if uplink.mismatches > 0 {
            lines.append("  \(uplink.mismatches) copies differed and were sent again")
        }
        return lines
    }
}
