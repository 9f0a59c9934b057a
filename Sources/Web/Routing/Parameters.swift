import Catalog
import Core
import Platform
import Settings

/// The parameters of a request, by the rules of the API: one grammar of filters everywhere.
struct Parameters: Sendable {
    /// The names that filters have, besides those of dates.
    static let filters: Set<String> = Set(FilterField.allCases.map(\.rawValue))
        .union(["machine", "user", "is", "lang", "since", "until", "zone"])
    /// The same with words.
    static let query = filters.union(["q"])
    static let page: Set<String> = ["limit", "cursor"]

    let values: [(name: String, value: String)]
    let now: WallTime

    init(_ values: [(name: String, value: String)], now: WallTime) {
        self.values = values
        self.now = now
    }

    /// - Throws: for a name that is not among those that are known, or one twice that is no filter.
    func check(_ known: Set<String>) throws(APIError) {
        var seen: Set<String> = []
        for (name, _) in values {
            guard known.contains(name) else {
                throw .usage(
                    "there is no parameter \(TerminalText.line(name)) here",
                    remedy: known.isEmpty
                        ? "There is none." : "There are: \(known.sorted().joined(separator: ", "))"
                )
            }
            let isRepeatable = FilterField.named(name) != nil
            guard seen.insert(name).inserted || isRepeatable else {
                throw .usage("the parameter \(name) is there twice")
            }
        }
    }

    /// The value; nil for none, and for an empty one.
    subscript(_ name: String) -> String? {
        values.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    func flag(_ name: String) throws(APIError) -> Bool? {
        switch self[name] {
        case nil: nil
        case "1"?: true
        case "0"?: false
        default: throw .usage("\(name) is 0 or 1")
        }
    }

    func number(
        _ name: String,
        or other: Int64,
        _ range: ClosedRange<Int64>
    ) throws(APIError) -> Int64 {
        guard let text = self[name] else { return other }
        guard let value = Int64(text), range.contains(value) else {
            throw .usage(
                "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String,
        or other: Value
    ) throws(APIError) -> Value where Value.RawValue == String {
        guard let text = self[name] else { return other }
        guard let value = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("\(name) is one of \(known)")
        }
        return value
    }

    // MARK: Filters

    /// Where days begin.
    func zone() throws(APIError) -> LocalZone {
        guard self["zone"] != nil else { return .current }
        let minutes = try number("zone", or: 0, -1080...1080)
        guard minutes != 0 else { return .utc }
        let text = LocalZone { _ in LocalZone.Offset(seconds: minutes * 60, name: "") }
        let name = String(text.iso8601(WallTime(nanoseconds: 0)).suffix(6))
        return LocalZone { _ in LocalZone.Offset(seconds: minutes * 60, name: name) }
    }

    /// `q` with the filters that are parameters of their own; the latter's dates count.
    func query() throws(APIError) -> SearchQuery {
        let dates = DateText(now: now, zone: try zone())
        var query: SearchQuery
        do throws(OperatorError) {
            query = try SearchQuery(self["q"] ?? "") { dates.time($0, isEnd: $1) }
        } catch {
            throw APIError(error)
        }
        for (name, value) in values where !value.isEmpty {
            guard let field = FilterField.named(name) else { continue }
            query.filter.terms.append(FilterTerm(field, value))
        }
        query.filter.span.since = try time("since", dates, false) ?? query.filter.span.since
        query.filter.span.until = try time("until", dates, true) ?? query.filter.span.until
        if let since = query.filter.span.since, let until = query.filter.span.until,
            since >= until
        {
            throw .usage("the time is over before it begins")
        }
        guard query.filter.terms.count <= 32, (self["q"]?.utf8.count ?? 0) <= 4096 else {
            throw .usage("this asks too much at once", remedy: "At most 32 filters and 4 KiB.")
        }
        return query
    }

    private func time(
        _ name: String,
        _ dates: DateText,
        _ isEnd: Bool
    ) throws(APIError) -> WallTime? {
        guard let text = self[name] else { return nil }
        if let time = dates.time(text, isEnd: isEnd) { return time }
        throw .usage(
            "\(name)=\(TerminalText.line(text)) is no date",
            remedy: "For example: 2026-11-21, 2026-11-21T06:30, yesterday, or 7d (before now)"
        )
    }
}
