import Core

/// Times as the tools write them.
package enum Timestamp {
    /// An ISO 8601 text, or a number of seconds, milliseconds, microseconds or nanoseconds since 1970 by its size;
    /// nil for everything else.
    package static func parse(_ value: JSONValue?) -> WallTime? {
        guard let value else { return nil }
        if let bytes = value.bytes { return parse(bytes) }
        guard let number = value.double, number > 0 else { return nil }
        let scale: Double
        switch number {
        case ..<1e11: scale = 1e9
        case ..<1e14: scale = 1e6
        case ..<1e17: scale = 1e3
        default: scale = 1
        }
        if let whole = value.int, scale <= 1e9 {
            let (product, overflow) = whole.multipliedReportingOverflow(by: Int64(scale))
            if !overflow, value.kind == .integer { return WallTime(nanoseconds: product) }
        }
        return Int64(exactly: (number * scale).rounded()).map { WallTime(nanoseconds: $0) }
    }

    /// `2026-02-21T05:18:59.416Z`, or something like it.
    ///
    /// Seconds, fraction and zone (`Z`, `+hh:mm`, `+hhmm`, `+hh`) may lack, and a blank may stand for the `T`; without
    /// a zone it is UTC. Nil when it is anything else, or beyond the years 1678 to 2261.
    package static func parse(_ bytes: UnsafeRawBufferPointer) -> WallTime? {
        guard bytes.count >= 16, bytes.count <= 40 else { return nil }
        var digits = Digits(bytes)
        let year = digits.take(4)
        digits.skip(UInt8(ascii: "-"))
        let month = digits.take(2)
        digits.skip(UInt8(ascii: "-"))
        let day = digits.take(2)
        digits.skip(UInt8(ascii: "T"), UInt8(ascii: " "))
        let hour = digits.take(2)
        digits.skip(UInt8(ascii: ":"))
        let minute = digits.take(2)
        let second = digits.next == UInt8(ascii: ":") ? digits.take(2, after: 1) : 0
        let fraction = digits.fraction()
        let zone = digits.zone()
        guard !digits.hasFailed, digits.isAtEnd, (1678...2261).contains(year),
            (1...12).contains(month), (1...31).contains(day), hour <= 24, minute < 60, second <= 60
        else { return nil }
        let days = daysSince1970(year, month, day)
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - zone
        return WallTime(nanoseconds: seconds * 1_000_000_000 + fraction)
    }

    /// Days of the Gregorian calendar from 1970-01-01.
    ///
    /// http://howardhinnant.github.io/date_algorithms.html#days_from_civil
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

/// Takes a text apart into numbers; what does not fit makes all of it wrong.
private struct Digits {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private(set) var hasFailed = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func take(_ count: Int, after skipped: Int = 0) -> Int64 {
        position += skipped
        guard position + count <= bytes.count else {
            hasFailed = true
            return 0
        }
        var value: Int64 = 0
        for _ in 0..<count {
            let digit = bytes[position] &- 48
            if digit > 9 { hasFailed = true }
            value = value * 10 + Int64(digit)
            position += 1
        }
        return value
    }

    mutating func skip(_ byte: UInt8, _ other: UInt8? = nil) {
        if next != byte, next == nil || next != other { hasFailed = true }
        position += 1
    }

    /// Nanoseconds of a fraction; digits beyond the ninth are dropped.
    mutating func fraction() -> Int64 {
        guard next == UInt8(ascii: ".") || next == UInt8(ascii: ",") else { return 0 }
        position += 1
        var value: Int64 = 0
        var unit: Int64 = 100_000_000
        while let byte = next, byte >= 48, byte <= 57 {
            value += Int64(byte - 48) * unit
            unit /= 10
            position += 1
        }
        return value
    }

    /// Seconds east of UTC.
    mutating func zone() -> Int64 {
        guard let sign = next else { return 0 }
        switch sign {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"):
            position += 1
            return 0
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            let hours = take(2, after: 1)
            if next == UInt8(ascii: ":") { position += 1 }
            let minutes = isAtEnd ? 0 : take(2)
            return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes) * 60
        default:
            hasFailed = true
            return 0
        }
    }
}
