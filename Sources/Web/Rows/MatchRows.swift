import Catalog
import Core

/// Matches of a search as the API tells them.
enum MatchRows {
    static func write(_ hit: SearchHit, _ json: inout JSONBuffer) {
        json.identifier("id", hit.id)
        head(hit, &json)
        json.string("role", hit.role)
        json.string("kind", hit.kind)
        json.string("name", hit.name)
        json.string("model", hit.model)
        json.time("timestamp", hit.timestamp)
        json.identifier("call", hit.call)
        snippet(hit.snippet, &json)
    }

    /// What stands of the session at each match.
    private static func head(_ hit: SearchHit, _ json: inout JSONBuffer) {
        json.identifier("session", hit.session)
        json.string("session_id", hit.sessionID)
        json.string("title", hit.title)
        json.string("project", hit.project)
        json.string("branch", hit.branch)
        json.string("machine", hit.machine)
        json.string("tool", hit.tool)
    }

    /// Writes a snippet without its marks, and where they stood, in Unicode scalars.
    static func snippet(_ snippet: String, _ json: inout JSONBuffer) {
        var scalars = String.UnicodeScalarView()
        var marks: [(Int, Int)] = []
        var start: Int?
        var count = 0
        for scalar in snippet.unicodeScalars {
            switch scalar {
            case "\u{2}": start = count
            case "\u{3}":
                if let begin = start { marks.append((begin, count)) }
                start = nil
            default:
                scalars.append(scalar)
                count += 1
            }
        }
        json.string("snippet", String(scalars))
        json.array("marks") { json in
            for (from, to) in marks {
                json.array { json in
                    json.number(nil, from)
                    json.number(nil, to)
                }
            }
        }
    }
}
