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

    /// The only word, which must be there.
    func word(_ name: String) throws(OperatorError) -> String {
        guard let word = words.first, !word.isEmpty else {
            let command = arguments.rest.first ?? ""
            throw OperatorError(.usage, "usage: tailship-receiver \(command) \(name)")
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
            throw OperatorError(.usage, "\(option) \(text) is none of \(known)")
        }
        return value
    }

    /// A whole number from `least` on.
    func number(_ option: String, or other: Int, from least: Int) throws(OperatorError) -> Int {
        guard let text = arguments.values[option] else { return other }
        guard let value = Int(text), value >= least, value <= 1_000_000_000 else {
            throw OperatorError(.usage, "\(option) \(text) is no number from \(least) on")
        }
        return value
    }

    /// `--since` and `--until`.
    func span() throws(OperatorError) -> TimeSpan {
        let span = TimeSpan(since: try time("--since", 0), until: try time("--until", 1))
        if let since = span.since, let until = span.until, since >= until {
            throw OperatorError(.usage, "--until lies before --since")
        }
        return span
    }

    /// A date of UTC (`days` after its beginning), a date with a time, or a duration before now.
    private func time(_ option: String, _ days: Int64) throws(OperatorError) -> WallTime? {
        guard let text = arguments.values[option] else { return nil }
        if let time = WallTime(iso8601: text) { return time }
        if text.utf8.count == 10, let date = WallTime(iso8601: text + "T00:00") {
            return date + Duration.days(days)
        }
        if let age = DurationText.duration(from: text), age > .zero {
            return WallTime(nanoseconds: now.nanoseconds &- age.nanoseconds)
        }
        throw OperatorError(
            .usage,
            "\(option) \(text) is no date",
            remedy: "For example: 2026-11-21, 2026-11-21T06:30Z, or 7d (before now)"
        )
    }
}
