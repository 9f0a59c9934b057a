import Core

/// Reads the times that session files contain.
package enum Timestamp {
    /// A time as text or number: ISO 8601, or seconds, milliseconds, microseconds or nanoseconds since 1970,
    /// told apart by their size; nil for what is no time.
    package static func parse(_ value: JSONValue) -> WallTime? {
        if let bytes = value.bytes { return WallTime(iso8601: bytes) }
        return value.double.flatMap(parse(number:))
    }

    /// Seconds, milliseconds, microseconds or nanoseconds since 1970, within the years 1973 to 2262.
    package static func parse(number: Double) -> WallTime? {
        guard number.isFinite, number >= 1e8 else { return nil }
        let nanoseconds: Double =
            switch number {
            case ..<1e11: number * 1e9
            case ..<1e14: number * 1e6
            case ..<1e17: number * 1e3
            default: number
            }
        return nanoseconds < 9.2e18 ? WallTime(nanoseconds: Int64(nanoseconds)) : nil
    }
}
