import Catalog
import Core
import Settings

/// What a command that reads the catalog works with.
struct QueryContext {
    let catalog: CatalogReader
    /// The storage folder.
    let storage: BytePath
    let arguments: Arguments
    /// Behind the command.
    let words: [String]
    let output: CommandOutput
    let now: WallTime

    var isJSON: Bool { arguments.flags.contains("--json") }
    var zone: LocalZone { output.zone }

    func flag(_ name: String) -> Bool { arguments.flags.contains(name) }

    /// The only word, which must be there.
    func word(_ name: String) throws(OperatorError) -> String {
        guard let word = words.first, !word.isEmpty else {
            let command = arguments.rest.first ?? ""
            throw OperatorError(
                .usage,
                "\(command) needs \(name)",
                remedy: "tailship-receiver \(command) --help shows how it is used."
            )
        }
        return word
    }

    /// One of the names that an option may have.
    func choice<Value: RawRepresentable & CaseIterable>(
        _ option: String,
        or other: Value
    ) throws(OperatorError) -> Value where Value.RawValue == String {
        guard let text = arguments.values[option] else { return other }
        guard let value = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperatorError(
                .usage,
                "\(option) \(TerminalText.line(text)) is unknown",
                remedy: "It is one of \(known)"
            )
        }
        return value
    }

    /// A whole number from `least` on.
    func number(_ option: String, or other: Int, from least: Int) throws(OperatorError) -> Int {
        guard let text = arguments.values[option] else { return other }
        guard let value = Int(text), value >= least, value <= 1_000_000_000 else {
            throw OperatorError(
                .usage,
                "\(option) \(TerminalText.line(text)) is no whole number from \(least) on"
            )
        }
        return value
    }

    // MARK: What is asked

    /// What was typed behind the command, with the options that say the same.
    func query() throws(OperatorError) -> SearchQuery {
        let dates = DateText(now: now, zone: zone)
        var query = try SearchQuery(words.joined(separator: " ")) { dates.time($0, isEnd: $1) }
        let filter = try filter()
        query.filter.terms += filter.terms
        query.filter.span.since = filter.span.since ?? query.filter.span.since
        query.filter.span.until = filter.span.until ?? query.filter.span.until
        try check(query.filter.span)
        return query
    }

    /// What the options ask of rows.
    func filter() throws(OperatorError) -> RowFilter {
        var filter = RowFilter()
        for (option, value) in arguments.values.sorted(by: { $0.key < $1.key }) {
            guard let field = FilterField.named(String(option.dropFirst(2))) else { continue }
            filter.terms.append(FilterTerm(field, value))
        }
        filter.span = TimeSpan(since: try time("--since", false), until: try time("--until", true))
        try check(filter.span)
        return filter
    }

    private func check(_ span: TimeSpan) throws(OperatorError) {
        guard let since = span.since, let until = span.until, since >= until else { return }
        throw OperatorError(
            .usage,
            "the time is over before it begins: it is from \(zone.minute(since)) to "
                + zone.minute(until)
        )
    }

    private func time(_ option: String, _ isEnd: Bool) throws(OperatorError) -> WallTime? {
        guard let text = arguments.values[option] else { return nil }
        let dates = DateText(now: now, zone: zone)
        if let time = dates.time(text, isEnd: isEnd) { return time }
        throw OperatorError(
            .usage,
            "\(option) \(TerminalText.line(text)) is no date",
            remedy: "For example: 2026-11-21, 2026-11-21T06:30, yesterday, or 7d (before now)"
        )
    }
}
