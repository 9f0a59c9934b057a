import Core

/// Times as the tools write them.
enum RecordTime {
    /// An ISO 8601 text, or a number of seconds, milliseconds, microseconds or nanoseconds since 1970 by its size;
    /// nil for everything else.
    static func parse(_ value: JSONValue?) -> WallTime? {
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

    /// `2026-02-21T05:18:59.416Z`, with or without fraction, zone, or the `T`; without a zone it is UTC.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> WallTime? {
        guard bytes.count >= 19, bytes.count <= 40 else { return nil }
        func digits(_ from: Int, _ count: Int) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[from..<from + count] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        guard let year = digits(0, 4), let month = digits(5, 2), let day = digits(8, 2),
            let hour = digits(11, 2), let minute = digits(14, 2), let second = digits(17, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 25, minute < 60, second < 61
        else { return nil }
        var position = 19
        var fraction: Int64 = 0
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            var unit: Int64 = 100_000_000
            while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
                fraction += Int64(bytes[position] - 48) * unit
                unit /= 10
                position += 1
            }
        }
        var zone: Int64 = 0
        if position + 6 == bytes.count, let hours = digits(position + 1, 2),
            let minutes = digits(position + 4, 2)
        {
            zone = (bytes[position] == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes) * 60
        }
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
