import Catalog
import Core

/// Matches for programs: an object a line (NDJSON), the last of them about the search itself.
enum SearchJSON {
    static func write(_ page: SearchPage, _ request: SearchRequest, _ output: CommandOutput) {
        for hit in page.hits {
            guard line(output, { describe(hit, &$0) }) else { return }
        }
        _ = line(output) { json in
            json.string("type", "page")
            json.number("total", page.total)
            json.number("shown", page.hits.count)
            json.string("next", page.next?.text)
        }
    }

    static func write(
        _ found: (groups: [SearchGroup], sessions: Int64, total: Int64),
        _ request: SearchRequest,
        _ output: CommandOutput
    ) {
        for group in found.groups {
            let isWritten = line(output) { json in
                json.string("type", "session")
                session(group.hits.first, &json)
                json.number("count", group.count)
                json.array("matches") { json in
                    for hit in group.hits { json.object { describe(hit, &$0) } }
                }
            }
            guard isWritten else { return }
        }
        let end = request.offset + found.groups.count
        _ = line(output) { json in
            json.string("type", "page")
            json.number("total", found.total)
            json.number("sessions", found.sessions)
            json.number("shown", found.groups.count)
            if Int64(end) < found.sessions {
                json.number("next_offset", end)
            } else {
                json.string("next_offset", nil)
            }
        }
    }

    private static func line(
        _ output: CommandOutput,
        _ body: (inout JSONWriter) -> Void
    ) -> Bool {
        var writer = JSONWriter()
        writer.object(nil, body)
        return output.line(writer.result)
    }

    private static func session(_ hit: SearchHit?, _ json: inout JSONWriter) {
        json.string("session", hit?.sessionID)
        json.string("session_row", hit?.session.map { CatalogReader.hex($0) })
        json.string("short", hit?.short)
        json.string("title", hit?.title)
        json.string("project", hit?.project)
        json.string("branch", hit?.branch)
        json.string("machine", hit?.machine)
        json.string("tool", hit?.tool)
    }

    private static func describe(_ hit: SearchHit, _ json: inout JSONWriter) {
        json.string("type", "match")
        json.string("id", CatalogReader.hex(hit.id))
        session(hit, &json)
        json.string("role", hit.role)
        json.string("kind", hit.kind)
        json.string("name", hit.name)
        json.string("model", hit.model)
        json.string("timestamp", hit.timestamp?.iso8601)
        let (text, marks) = plain(hit.snippet)
        json.string("snippet", text)
        json.array("marks") { json in
            for mark in marks {
                json.array {
                    $0.number(nil, mark.lowerBound)
                    $0.number(nil, mark.upperBound)
                }
            }
        }
    }

    /// The snippet without its marks, and where they stood, in Unicode scalars.
    private static func plain(_ snippet: String) -> (String, [Range<Int>]) {
        var scalars = String.UnicodeScalarView()
        var marks: [Range<Int>] = []
        var start: Int?
        var count = 0
        for scalar in snippet.unicodeScalars {
            switch scalar {
            case "\u{2}": start = count
            case "\u{3}":
                if let begin = start { marks.append(begin..<count) }
                start = nil
            default:
                scalars.append(scalar)
                count += 1
            }
        }
        return (String(scalars), marks)
    }
}
