import Core
import Platform
import Settings
import Tailing

/// Why a file is shipped or not, in sentences.
struct Explanation {
    let text: String

    init(_ absolute: BytePath, _ source: String, _ facts: PathFacts, _ service: AgentService) {
        var lines = ["\(absolute)"]
        switch facts.verdict {
        case .tail: lines.append("  source \(source) ships it as it grows (mode tail)")
        case .snapshot:
            lines.append("  source \(source) ships each content as a whole (mode snapshot)")
        case .excluded: lines.append("  source \(source) leaves it out: no rule asks for it")
        case .refused(let reason): lines.append("  source \(source) refuses it: \(reason)")
        }
        if let problem = facts.problem { lines.append("  problem: \(problem)") }
        if facts.streams.isEmpty { lines.append("  nothing of it has been seen") }
        for (record, cursors) in facts.streams {
            lines += Explanation.lines(of: record, cursors, service)
        }
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func lines(
        of record: StreamRecord,
        _ cursors: [CursorRecord],
        _ service: AgentService
    ) -> [String] {
        var line = "  content \(record.number) (\(record.reason.name)): "
        line += ByteCount.text(record.seen.size)
        line += record.held ? ", held" : ", not held"
        if let end = record.end { line += ", ended \(end.time.iso8601) (\(end.cause))" }
        var lines = [line]
        for cursor in cursors {
            let uplink = service.uplinks.first { $0.number == cursor.receiver }
            let name = uplink?.endpoint.name ?? "receiver \(cursor.receiver)"
            let remote = cursor.remote.map { "as \($0)" } ?? "not opened there"
            let state = cursor.isVerified ? "verified" : "not verified yet"
            lines.append("    \(name): \(cursor.acked.offset) bytes durable \(remote), \(state)")
        }
        return lines
    }
}
