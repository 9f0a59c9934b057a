import Foundation

/// Follows the links of analyses: each number must be that of the list behind it, and parts add up to their whole.
package final class NumberCheck {
    package typealias Object = [String: Any]

    /// What does not agree, in words.
    package private(set) var problems: [String] = []
    /// Numbers that were compared.
    package private(set) var compared = 0
    /// The places of links, as "tools[].errors", whose number was not zero.
    package private(set) var places: Set<String> = []
    /// Numbers of one kind that are followed; the first ones are the greatest.
    private let most: Int
    private let ask: (String) throws -> Object
    private var known: [String: Object] = [:]

    package init(most: Int = 40, ask: @escaping (String) throws -> Object) {
        self.most = most
        self.ask = ask
    }

    private func get(_ target: String) throws -> Object {
        if let answer = known[target] { return answer }
        let answer = try ask(target)
        if let error = answer["error"] as? Object { note("\(target): \(error)") }
        known[target] = answer
        return answer
    }

    private func note(_ problem: String) { problems.append(problem) }

    private func equal(_ one: Int?, _ other: Int?, _ what: String) {
        compared += 1
        if one == nil || one != other {
            note(
                "\(what): \(one.map { "\($0)" } ?? "none"), not \(other.map { "\($0)" } ?? "none")"
            )
        }
    }

    // MARK: Links

    /// The analyses whose numbers have links.
    private static let linked = [
        "tools", "files", "context", "security", "conversations", "quality",
    ]

    /// Compares all numbers of the analyses with these parameters ("since=7d&project=ship").
    package func check(_ parameters: String) throws {
        for name in NumberCheck.linked {
            let target = "/api/analytics/\(name)?\(parameters)"
            let answer = try get(target)
            let links = answer["links"] as? [String: String] ?? [:]
            if links.isEmpty { note("\(target) has no links") }
            for (place, address) in links.sorted(by: { $0.key < $1.key }) {
                try follow(place, address, answer, target)
            }
            sums(name, answer, target)
        }
        try costs(parameters)
    }

    private func follow(
        _ place: String,
        _ address: String,
        _ answer: Object,
        _ target: String
    ) throws {
        for (number, row) in NumberCheck.numbers(place, answer).prefix(most) {
            if number > 0 { places.insert(place) }
            let filled = NumberCheck.fill(address, row)
            let parts = filled.split(separator: "#", maxSplits: 1).map(String.init)
            let member = parts.count > 1 ? parts[1] : "total"
            let list = try get(parts[0])
            equal(number, list[member] as? Int, "\(target) \(place) → \(filled)")
            try count(list, parts[0], member)
        }
    }

    /// A list that fits a page has as many rows as it says.
    private func count(_ list: Object, _ target: String, _ member: String) throws {
        guard member == "total", let total = list["total"] as? Int, total <= 500 else { return }
        let whole = try get(target + "&limit=500")
        let key = ["matches", "sessions", "findings", "compactions", "files", "accesses"].first {
            whole[$0] is [Object]
        }
        equal((key.flatMap { whole[$0] } as? [Object])?.count, total, "rows of \(target)")
    }

    /// The numbers at a place as `tools[].calls`, each with the object that it stands in.
    private static func numbers(_ place: String, _ answer: Object) -> [(Int, Object)] {
        var objects = [answer]
        var parts = place.split(separator: ".").map(String.init)
        let last = parts.removeLast()
        for part in parts {
            let isList = part.hasSuffix("[]")
            let name = isList ? String(part.dropLast(2)) : part
            objects = objects.flatMap { object -> [Object] in
                isList
                    ? object[name] as? [Object] ?? [] : (object[name] as? Object).map { [$0] } ?? []
            }
        }
        return objects.compactMap { object in (object[last] as? Int).map { ($0, object) } }
    }

    /// The address of one number: `{name}` is the object's, exactly; a field that is null is asked for as none.
    package static func fill(_ address: String, _ row: [String: Any]) -> String {
        let halves = address.split(separator: "?", maxSplits: 1).map(String.init)
        guard halves.count == 2 else { return address }
        let query = halves[1].prefix { $0 != "#" }
        let parts = query.split(separator: "&").compactMap { fill(part: String($0), row) }
        return halves[0] + "?" + parts.joined(separator: "&") + halves[1].dropFirst(query.count)
    }

    private static func fill(part: String, _ row: Object) -> String? {
        guard let open = part.firstIndex(of: "{"), let close = part.firstIndex(of: "}") else {
            return part
        }
        var name = part[part.index(after: open)..<close]
        let isVerbatim = name.first == "="
        if isVerbatim { name.removeFirst() }
        let (before, after) = (part[..<open], part[part.index(after: close)...])
        if let value = row[String(name)], !(value is NSNull) {
            let text = value as? String ?? "\(value)"
            return before + encode(isVerbatim ? text : exactly(text)) + after
        }
        return before.hasSuffix("=") && after.isEmpty ? "q=-\(before.dropLast()):*" : nil
    }

    private static func exactly(_ text: String) -> String {
        guard text.contains(where: { "*?".contains($0) }) else { return text }
        return text.map { "*?[".contains($0) ? "[\($0)]" : String($0) }.joined()
    }

    private static func encode(_ text: String) -> String {
        let plain = CharacterSet(
            charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
        )
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? text
    }

    // MARK: Sums

    private func list(_ answer: Object, _ key: String) -> [Object] {
        answer[key] as? [Object] ?? []
    }

    private func sum(_ rows: [Object], _ key: String) -> Int {
        rows.reduce(0) { $0 + ($1[key] as? Int ?? 0) }
    }

    private func sums(_ name: String, _ answer: Object, _ target: String) {
        func total(_ key: String, _ expected: Int?, _ what: String) {
            equal(sum(list(answer, key), "count"), expected, "\(target) Σ \(key) = \(what)")
        }
        switch name {
        case "tools":
            let whole = answer["total"] as? Object ?? [:]
            for part in ["calls", "paired", "unpaired", "errors", "denied", "over_10_minutes"] {
                let parts = sum(list(answer, "tools"), part)
                equal(parts, whole[part] as? Int, "\(target) Σ tools[].\(part) = total")
            }
            total("errors", whole["errors"] as? Int, "total.errors")
        case "context":
            let counted = answer["sessions"] as? Int
            equal(sum(list(answer, "peaks"), "sessions"), counted, "\(target) Σ peaks = sessions")
        case "security":
            let all = answer["total"] as? Int
            let rules = list(answer, "rules")
            equal(sum(rules, "count"), all, "\(target) Σ rules = total")
            total("machines", all, "total")
            let states = ["new", "triaged", "false_positive"].map { sum(rules, $0) }
            equal(states.reduce(0, +), all, "\(target) Σ states = total")
            let dangers = answer["dangerous"] as? [String: Int] ?? [:]
            let parts = ["ran", "denied", "failed", "unfinished"].compactMap { dangers[$0] }
            equal(parts.reduce(0, +), dangers["calls"], "\(target) Σ dangerous = calls")
        case "conversations":
            let classic = answer["classic"] as? [String: Any] ?? [:]
            total("speakers", classic["messages"] as? Int, "messages")
            let ends = ["completed", "ready", "blocked"].compactMap { classic[$0] as? Int }
            equal(ends.reduce(0, +), classic["conversations"] as? Int, "\(target) Σ ends")
            let hours = (answer["hours"] as? [[Int]] ?? []).joined().reduce(0, +)
            equal(hours, classic["messages"] as? Int, "\(target) Σ hours = messages")
        case "quality":
            for key in ["grades", "outcomes", "integrity"] {
                total(key, answer["sessions"] as? Int, "sessions")
            }
        default: break
        }
    }

    private func costs(_ parameters: String) throws {
        let groups = [
            "day", "week", "month", "project", "model", "machine", "owner", "tool", "branch",
            "session",
        ]
        var first: Object?
        for by in groups {
            let isTime = ["day", "week", "month"].contains(by)
            let split = isTime ? "&and=model" : ""
            let target = "/api/analytics/cost?by=\(by)\(split)&\(parameters)"
            let answer = try get(target)
            let total = answer["total"] as? Object ?? [:]
            let rest = answer["rest"] as? Object ?? [:]
            for key in ["cost", "tokens", "responses", "unpriced"] {
                let parts = sum(list(answer, "rows") + [rest], key)
                equal(parts, total[key] as? Int, "\(target) Σ \(key) = total")
                let same = (first ?? total)[key] as? Int
                equal(total[key] as? Int, same, "\(target) total.\(key)")
            }
            first = first ?? total
            let models = list(answer, "unpriced_models")
            equal(sum(models, "responses"), total["unpriced"] as? Int, "\(target) unpriced")
            for row in list(answer, "rows") where isTime {
                for key in ["cost", "tokens", "unpriced"] {
                    let parts = sum(list(row, "parts"), key)
                    equal(parts, row[key] as? Int, "\(target) \(row["key"] ?? "") Σ \(key)")
                }
            }
        }
    }

    // MARK: The same on other pages

    /// Compares what several pages say of everything that there is.
    package func checkEverything() throws {
        let all = "since=2000-01-01"
        let cost = try get("/api/analytics/cost?\(all)")["total"] as? Object ?? [:]
        let counted = try get("/api/analytics/reconciliation?\(all)")["total"] as? Object ?? [:]
        for key in ["cost", "responses", "unpriced"] {
            equal(cost[key] as? Int, counted[key] as? Int, "cost total.\(key) = reconciliation")
        }
        let sessions = try rows("/api/sessions?limit=500", "sessions")
        for key in ["cost", "tokens", "unpriced"] {
            equal(sum(sessions, key), cost[key] as? Int, "Σ sessions.\(key) = cost total")
        }
        let quality = try get("/api/analytics/quality?\(all)")
        let files = try rows("/api/analytics/files?\(all)&limit=500", "files")
        equal(sum(files, "rereads"), quality["rereads"] as? Int, "Σ files.rereads = quality")
        let everyone = try rows("/api/sessions?subagents=1&limit=500", "sessions")
        let tools = try get("/api/analytics/tools?\(all)")["total"] as? Object ?? [:]
        let security = try get("/api/analytics/security?\(all)")
        let context = try get("/api/analytics/context?\(all)")
        let compactions = (context["compactions"] as? Object)?["total"] as? Int
        equal(sum(everyone, "tool_calls"), tools["calls"] as? Int, "Σ sessions.tool_calls")
        equal(sum(everyone, "tool_errors"), tools["errors"] as? Int, "Σ sessions.tool_errors")
        equal(sum(everyone, "findings"), security["total"] as? Int, "Σ sessions.findings")
        equal(sum(everyone, "compactions"), compactions, "Σ sessions.compactions")
        equal(sum(everyone, "prompts"), quality["prompts"] as? Int, "Σ sessions.prompts")
        let former = try get("/api/claude-sessions?limit=1")["total"] as? Int
        equal(everyone.count, former, "claude-sessions")
        for session in everyone.prefix(most) { try check(session: session) }
        try facets()
    }

    private func rows(_ target: String, _ key: String) throws -> [Object] {
        var rows: [Object] = []
        var cursor = ""
        repeat {
            let page = try get(target + cursor)
            rows += list(page, key)
            cursor = (page["next"] as? String).map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        return rows
    }

    private func check(session: Object) throws {
        guard let id = session["id"] as? String else { return }
        let path = "/api/sessions/\(id)"
        let calls = try get("\(path)/calls?limit=1")["total"] as? Int
        equal(session["tool_calls"] as? Int, calls, "\(path) tool_calls")
        let errors = try get("\(path)/calls?limit=1&has=error")["total"] as? Int
        equal(session["tool_errors"] as? Int, errors, "\(path) tool_errors")
        let findings = list(try get("\(path)/findings"), "findings").count
        equal(session["findings"] as? Int, findings, "\(path) findings")
        let compactions = list(try get(path), "compactions").count
        equal(session["compactions"] as? Int, compactions, "\(path) compactions")
        let files = list(try get("\(path)/files"), "files").count
        equal(session["files"] as? Int, files, "\(path) files")
        let items = try get("\(path)/transcript?limit=1")["total"] as? Int
        equal(try get(path)["items"] as? Int, items, "\(path) items")
        equal(session["messages"] as? Int, items, "\(path) messages")
        let usage = try get("\(path)/figures")["with_subagents"] as? Object ?? [:]
        for key in ["cost", "tokens", "unpriced"] {
            equal(session[key] as? Int, usage[key] as? Int, "\(path) \(key)")
        }
    }

    private func facets() throws {
        let answer = try get("/api/sessions/facets")
        let names = ["machine": "agent"]
        for (name, values) in answer["facets"] as? [String: [Object]] ?? [:] {
            for value in values.prefix(most) where value["value"] is String {
                let field = names[name] ?? name
                let target = NumberCheck.fill("/api/sessions?\(field)={value}", value)
                equal(value["count"] as? Int, try get(target)["total"] as? Int, "facet \(target)")
            }
        }
    }
}
