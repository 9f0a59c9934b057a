import Core

/// Durations as text: a decimal number and a unit, `250ms`, `1.5s`, `90d`; a bare `0` is none.
package enum DurationText {
    private static let units: [(name: String, nanoseconds: UInt64)] = [
        ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ]

    static func parse(_ text: String) throws(ValueMismatch) -> Duration {
        let quantity = try Quantity(text)
        if quantity.unit.isEmpty, try quantity.scaled(by: 1) == 0 { return .zero }
        guard let unit = units.first(where: { $0.name == quantity.unit }) else {
            let names = units.map(\.name).joined(separator: ", ")
            let what =
                quantity.unit.isEmpty
                ? "the unit is missing" : "unknown unit \(TOMLText.quoted(quantity.unit))"
            throw ValueMismatch("\(what); known are \(names)")
        }
        let nanoseconds = try quantity.scaled(by: unit.nanoseconds)
        guard let nanoseconds = Int64(exactly: nanoseconds) else { throw Quantity.tooLarge }
        return .nanoseconds(nanoseconds)
    }

    /// The duration that an option of a command line gives; nil for what is none.
    package static func duration(from text: String) -> Duration? { try? parse(text) }

    /// `duration` in the largest unit that leaves a whole number; below a microsecond it is rounded down.
    package static func text(_ duration: Duration) -> String {
        let nanoseconds = UInt64(max(0, duration.nanoseconds))
        guard nanoseconds > 0 else { return "0s" }
        let unit = units.last { nanoseconds % $0.nanoseconds == 0 } ?? units[0]
        return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
    }
}
