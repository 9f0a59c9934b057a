import Core
import Platform
import SQL
import Settings
import Tailing
import Wire

/// Answers what the agent's commands ask the running agent: one line in, text out.
struct AgentControl {
    private let service: AgentService

    init(_ service: AgentService) { self.service = service }

    func answer(_ line: String) -> String {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        switch words.first {
        case "status" where words.count > 1: return StatusText(service).text
        case "status": return status() + "\n"
        case "verify": return verify()
        case "verify-progress": return VerifyReport(service).text
        case "forget": return forget(words.count > 1 ? words[1] : "")
        case "explain": return explain(words.count > 1 ? words[1] : "")
        default: return "unknown request\n"
        }
    }

    private func verify() -> String {
        service.attempt { () throws(SQLError) in try service.verifyAll() }
        return "ok\n"
    }

    /// The path comes in hexadecimal digits: it may hold a newline.
    private func path(_ hex: String) -> (source: String, path: BytePath, absolute: BytePath)? {
        guard let bytes = Hex.decode(hex) else { return nil }
        let absolute = BytePath(bytes)
        return service.context.keeper.locate(absolute).map { ($0.source, $0.path, absolute) }
    }

    private func forget(_ hex: String) -> String {
        guard let found = path(hex) else { return "no source has that path\n" }
        var count = 0
        service.attempt { () throws(SQLError) in
            count = try service.context.keeper.forget(found.source, found.path, at: Clock.wall())
            try service.context.store.flush()
        }
        return count == 0
            ? "nothing of \(found.absolute) was held\n"
            : "\(found.absolute): \(count) held contents were let go\n"
    }

    private func explain(_ hex: String) -> String {
        guard let found = path(hex) else {
            let bytes = Hex.decode(hex) ?? []
            let roots = service.context.keeper.sources.map { "\($0.name): \($0.root)" }
            return "\(BytePath(bytes)) is below no source's root\n  "
                + roots.joined(separator: "\n  ") + "\n"
        }
        var text = ""
        service.attempt { () throws(SQLError) in
            let facts = try service.context.keeper.explain(found.source, found.path)
            text = facts.map { Explanation(found.absolute, found.source, $0, service).text } ?? ""
        }
        return text
    }

    // MARK: Status

    private func status() -> String {
        var json = JSONWriter()
        service.attempt { () throws(SQLError) in
            let store = service.context.store
            let (files, streams) = try store.totals()
            let held = try store.heldTotals()
            var receivers: [(UplinkDriver, ReceiverTotals)] = []
            for uplink in service.uplinks {
                receivers.append((uplink, try store.totals(uplink.number)))
            }
            json.object { json in
                json.string("version", AgentContext.version)
                json.string("name", service.settings.name)
                json.string("state", service.settings.stateDirectory.description)
                json.string("user", Host.userName)
                json.number(
                    "running_seconds",
                    (Clock.monotonic() - service.started).components.seconds
                )
                json.number("files", files)
                json.number("streams", streams)
                json.number("watched_folders", service.watchCount)
                json.number("resident_bytes", Host.residentBytes())
                json.object("held") { json in
                    json.number("files", held.files)
                    json.number("bytes", held.bytes)
                    json.number("copies", held.copies)
                    json.number("copied_bytes", held.copiedBytes)
                    json.number("limit", service.settings.holdLimit)
                }
                json.array("receivers") { json in
                    for (uplink, totals) in receivers {
                        json.object { describe(uplink, totals, &$0) }
                    }
                }
                json.array("sources") { json in
                    for source in service.context.keeper.sources {
                        json.object { json in
                            json.string("name", source.name)
                            json.string("root", source.root.description)
                            json.string("polled", service.pollReasons[source.name])
                        }
                    }
                }
                problems(&json)
            }
        }
        return json.result
    }

    private func describe(
        _ uplink: UplinkDriver,
        _ totals: ReceiverTotals,
        _ json: inout JSONWriter
    ) {
        json.string("name", uplink.endpoint.name)
        json.string("address", uplink.endpoint.address.description)
        json.bool("connected", uplink.isShipping)
        json.string("failure", uplink.isShipping ? nil : uplink.lastFailure)
        json.string("paused", uplink.window.flatMap { $0.bytes == 0 ? $0.text : nil })
        json.number("pending_streams", totals.streams)
        json.number("pending_bytes", totals.bytes)
        json.string("pending_since", totals.oldest?.iso8601)
        json.number("acked_bytes", uplink.ackedBytes)
        json.number("gaps", totals.gaps)
        json.number("gap_bytes", totals.gapBytes)
        json.number("mismatches", uplink.mismatches)
    }

    private func problems(_ json: inout JSONWriter) {
        let problems = service.context.keeper.problems
        json.array("problems") { json in
            for (path, reason) in problems.reasons.sorted(by: { $0.key < $1.key }) {
                json.object { json in
                    json.string("path", path.description)
                    json.string("reason", reason)
                }
            }
        }
        json.number("more_problems", problems.others)
    }
}
