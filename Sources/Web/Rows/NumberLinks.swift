import Catalog
import Core

/// Where the rows are that the numbers of an answer count: `links` of the answer.
///
/// A number is named by its place, as `tools[].errors`, its list by an address with the filters and the time of the
/// answer. In an address `{name}` stands for a member of the number's own object, as a value that matches nothing
/// else, `{=name}` for the member as it is. How many rows the list has is its `total`, or the member that the address
/// names behind `#`.
struct NumberLinks {
    /// A number, a list, and what is asked of it besides.
    typealias Link = (number: StaticString, list: List, query: String)

    enum List: String {
        case search
        case sessions
        case findings
        case compactions
        case files = "analytics/files"
        case accesses = "analytics/files/history"
    }

    private let parameters: Parameters
    private let since: String?

    init(_ context: RequestContext, _ filter: RowFilter) {
        parameters = context.parameters
        // What the answer takes where no time is asked for.
        since = parameters["since"] ?? filter.span.since?.iso8601
    }

    func write(_ links: [Link], _ json: inout JSONBuffer) {
        json.object("links") { json in
            for link in links {
                let query = link.query.prefix { $0 != "#" }
                let asked = (query.isEmpty ? [] : [String(query)]) + base(link.list)
                let address = "/api/\(link.list.rawValue)?" + asked.joined(separator: "&")
                json.string(link.number, address + link.query.dropFirst(query.count))
            }
        }
    }

    /// The filters and the time of the answer: they were asked of sessions, so they are asked of those of the rows.
    private func base(_ list: List) -> [String] {
        var query: [String] = []
        var within: [String] = []
        for (name, value) in parameters.values where !value.isEmpty {
            guard let field = FilterField.named(name) else { continue }
            if list == .search, !field.isOfSessions {
                within.append(FilterTerm(field, value).text)
            } else {
                query.append("\(field.rawValue)=\(NumberLinks.encode(value))")
            }
        }
        if !within.isEmpty {
            query.append("within=\(NumberLinks.encode(within.joined(separator: " ")))")
        }
        if let since { query.append("since=\(NumberLinks.encode(since))") }
        for name in ["until", "zone"] {
            if let value = parameters[name] { query.append("\(name)=\(NumberLinks.encode(value))") }
        }
        return query
    }

    private static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: bytes.append(byte)
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += "%\(String(byte, radix: 16, uppercase: true).leftPadded)".utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    fileprivate var leftPadded: String { utf8.count < 2 ? "0" + self : self }
}

// MARK: The numbers of each analysis

extension NumberLinks {
    static let tools: [Link] = [
        ("total.calls", .search, "kind=tool_use"),
        ("total.errors", .search, "kind=tool_use&has=error"),
        ("total.denied", .search, "kind=tool_use&outcome=denied"),
        ("total.unpaired", .search, "kind=tool_use&outcome=none"),
        ("total.over_10_minutes", .search, "kind=tool_use&duration=%3E10m"),
        ("tools[].calls", .search, "kind=tool_use&name={name}"),
        ("tools[].errors", .search, "kind=tool_use&has=error&name={name}"),
        ("tools[].denied", .search, "kind=tool_use&outcome=denied&name={name}"),
        ("tools[].unpaired", .search, "kind=tool_use&outcome=none&name={name}"),
        ("tools[].over_10_minutes", .search, "kind=tool_use&duration=%3E10m&name={name}"),
        ("errors[].count", .search, "kind=tool_use&error_class={class}"),
        ("commands[].calls", .search, "kind=tool_use&program={command}"),
        ("commands[].errors", .search, "kind=tool_use&has=error&program={command}"),
        ("matrix[].calls", .search, "kind=tool_use&name={tool}&project={project}"),
        ("matrix[].errors", .search, "kind=tool_use&has=error&name={tool}&project={project}"),
        ("retries", .search, "kind=tool_use&has=retry"),
        ("loops", .sessions, "has=loop&subagents=1"),
    ]

    static let files: [Link] = [
        ("total", .files, ""),
        ("files[].reads", .accesses, "path={=path}&operation=read"),
        ("files[].writes", .accesses, "path={=path}&operation=write"),
        ("files[].edits", .accesses, "path={=path}&operation=edit"),
        ("files[].deletes", .accesses, "path={=path}&operation=delete"),
        ("files[].sessions", .accesses, "path={=path}#sessions"),
    ]

    static let context: [Link] = [
        ("sessions", .sessions, "peak=%3E%3D0&subagents=1"),
        ("peaks[].sessions", .sessions, "peak=%3E%3D{from}&peak=%3C{to}&subagents=1"),
        ("pressure.green", .sessions, "pressure=%3C0.5&subagents=1"),
        ("pressure.amber", .sessions, "pressure=%3E%3D0.5&pressure=%3C0.8&subagents=1"),
        ("pressure.red", .sessions, "pressure=%3E%3D0.8&subagents=1"),
        ("compactions.total", .compactions, ""),
        ("compactions.sessions", .compactions, "#sessions"),
        ("compactions.automatic", .compactions, "trigger=auto"),
        ("compactions.manual", .compactions, "trigger=manual"),
    ]

    static let security: [Link] = [
        ("total", .findings, ""),
        ("rules[].count", .findings, "has={kind}&rule={rule}&severity={severity}"),
        ("rules[].sessions", .findings, "has={kind}&rule={rule}&severity={severity}#sessions"),
        ("rules[].new", .findings, "has={kind}&rule={rule}&severity={severity}&state=new"),
        ("rules[].triaged", .findings, "has={kind}&rule={rule}&severity={severity}&state=triaged"),
        (
            "rules[].false_positive", .findings,
            "has={kind}&rule={rule}&severity={severity}&state=false_positive"
        ),
        ("machines[].count", .findings, "agent={machine}&severity={severity}"),
        ("dangerous.calls", .search, "kind=tool_use&has=danger"),
        ("dangerous.ran", .search, "kind=tool_use&has=danger&outcome=success"),
        ("dangerous.denied", .search, "kind=tool_use&has=danger&outcome=denied"),
        ("dangerous.failed", .search, "kind=tool_use&has=danger&has=error"),
        ("dangerous.unfinished", .search, "kind=tool_use&has=danger&outcome=none"),
        ("network[].calls", .search, "kind=tool_use&host={host}"),
        ("sensitive_files", .files, "sensitive=1"),
    ]

    static let conversations: [Link] = [
        ("classic.messages", .search, "kind=prompt,text"),
        ("speakers[].count", .search, "speaker={name}"),
        ("domains[].count", .search, "kind=prompt,text&tag=domain/{name}"),
        ("tiers[].count", .search, "kind=prompt,text&tag=tier/{name}"),
        ("tasks[].count", .search, "kind=prompt,text&tag=task/{name}"),
        ("types[].count", .search, "kind=prompt,text&tag=type/{name}"),
        ("projects[].count", .search, "kind=prompt,text&tag=project/{name}"),
        ("status_tags[].count", .search, "kind=prompt,text&tag=status/{name}"),
        ("keywords[].count", .search, "kind=prompt,text&tag=keyword/{name}"),
    ]

    static let quality: [Link] = [
        ("sessions", .sessions, ""),
        ("grades[].count", .sessions, "grade={name}"),
        ("outcomes[].count", .sessions, "outcome={name}"),
        ("integrity[].count", .sessions, "integrity={name}"),
        ("prompts", .search, "kind=prompt"),
        ("interruptions", .search, "kind=prompt&has=interruption"),
    ]
}
