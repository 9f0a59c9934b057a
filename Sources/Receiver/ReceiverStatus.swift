import Core
import Journal
import Platform
import Shipping
import Wire

/// What a running receiver tells of itself.
struct ReceiverStatus {
    let hub: Hub
    let ingest: Ingest
    let rebuild: RebuildProgress
    let facts: Admission.Facts
    let running: Duration
    let directory: BytePath
    /// What the journal lost since the start, and what was found lost then.
    let damage: [DamagedRange]

    private var damagedBytes: UInt64 { damage.reduce(0) { $0 + $1.length } }

    /// A few lines for people.
    var text: String {
        let (durable, files) = hub.queue.read { ($0.durableBytes, $0.files.count) }
        let window = hub.window
        let connected = hub.connectedAgents
        let state = window.bytes == 0 ? "agents are paused: \(window.text)" : "taking everything"
        var text = "receiver \(Hub.version), storage in \(directory), \(state)\n"
        text += "\(files) files, \(ByteCount.text(durable)) durable, "
        text += "\(ByteCount.text(facts.backlog)) of journal, "
        text += "\(ByteCount.text(facts.available)) free on the disk\n"
        if !damage.isEmpty {
            text += "the journal was damaged in \(damage.count) places, "
            text += "\(ByteCount.text(damagedBytes)): the log says where, and what to do\n"
        }
        if let failure = ingest.currentFailure { text += "rows cannot be written: \(failure)\n" }
        if rebuild.state == .running {
            text += "the rows are made again from the archive (\(rebuild.reason)): "
            text += "\(rebuild.percent) %\n"
        }
        if let failure = rebuild.failure { text += "the rows were not made again: \(failure)\n" }
        var table = TextTable(["AGENT", "OWNER", "STATE", "SEEN"])
        for agent in hub.directory.all {
            let isHere = connected.contains(agent.id)
            let state = agent.revoked != nil ? "revoked" : isHere ? "connected" : "away"
            table.add([agent.name, agent.owner, state, agent.seen?.iso8601 ?? "never"])
        }
        return text + table.text
    }

    /// One object, for programs.
    var json: String {
        let (durable, files, streams) = hub.queue.read {
            ($0.durableBytes, $0.files.count, $0.streams.count)
        }
        let window = hub.window
        let connected = hub.connectedAgents
        var writer = JSONWriter()
        writer.object { json in
            json.string("version", Hub.version)
            json.string("directory", directory.description)
            json.number("running_seconds", running.components.seconds)
            json.number("durable_bytes", durable)
            json.number("archived_bytes", hub.archivist.appliedBytes)
            json.number("files", files)
            json.number("streams", streams)
            json.number("streams_without_rows", ingest.pendingCount)
            json.string("rows_failure", ingest.currentFailure)
            json.object("rebuild") { json in
                json.string("state", rebuild.state.rawValue)
                json.string("reason", rebuild.reason.isEmpty ? nil : rebuild.reason)
                json.string("started", rebuild.started?.iso8601)
                json.number("percent", rebuild.percent)
                json.number("bytes", rebuild.bytes)
                json.number("total_bytes", rebuild.total)
                json.string("failure", rebuild.failure)
            }
            json.number("journal_backlog_bytes", facts.backlog)
            json.number("journal_damaged_ranges", damage.count)
            json.number("journal_damaged_bytes", damagedBytes)
            json.number("disk_available_bytes", facts.available)
            json.number("resident_bytes", Host.residentBytes())
            json.object("window") { json in
                json.number("bytes", window.bytes)
                json.string("reason", "\(window.reason)")
                json.string("text", window.text)
            }
            json.array("agents") { json in
                for agent in hub.directory.all {
                    json.object { json in
                        json.string("name", agent.name)
                        json.string("id", agent.id.description)
                        json.string("owner", agent.owner)
                        json.bool("connected", connected.contains(agent.id))
                        json.string("seen", agent.seen?.iso8601)
                        json.bool("revoked", agent.revoked != nil)
                        json.bool("cloned", agent.cloned != nil)
                    }
                }
            }
        }
        return writer.result + "\n"
    }
}
