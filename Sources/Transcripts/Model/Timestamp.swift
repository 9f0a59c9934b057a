import Core

/// Reads the times that session files contain.
package enum Timestamp {
    /// A time as text or number: ISO 8601, or seconds, milliseconds, microseconds or nanoseconds since 1970,
    /// told apart by their size; nil for what is no time.
    package static func parse(_ value: JSONValue?) -> WallTime? {
        guard let value else { return nil }
        if let bytes = value.bytes { return WallTime(iso8601: bytes) }
        guard let number = value.double else { return nil }
        guard value.kind == .integer, let whole = value.int, let unit = unit(number) else {
            return parse(number: number)
        }
        let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
        return overflow ? nil : WallTime(nanoseconds: product)
    }

    /// Seconds, milliseconds, microseconds or nanoseconds since 1970, within the years 1973 to 2262.
    package static func parse(number: Double) -> WallTime? {
        guard let unit = unit(number) else { return nil }
        let nanoseconds = number * Double(unit)
        return nanoseconds < 9.2e18 ? WallTime(nanoseconds: Int64(nanoseconds)) : nil
    }

    /// The nanoseconds of the unit that a number of this size counts.
    private static func unit(_ number: Double) -> Int64? {
        guard number.isFinite, number >= 1e8 else { return nil }
        switch number {
        case ..<1e11: return 1_000_000_000
        case ..<1e14: return 1_000_000
        case ..<1e17: return 1_000
        default: return 1
        }
    }
}
