/// Calendar time as text: `2026-11-21T01:55:38.123Z`, the internet's profile of ISO 8601 (RFC 3339),
/// in the proleptic Gregorian calendar and without leap seconds.
extension WallTime {
    /// UTC, cut to the millisecond.
    package var iso8601: String {
        String(unsafeUninitializedCapacity: WallTime.length) { buffer in
            write(to: buffer)
            return WallTime.length
        }
    }

    /// Appends the same to bytes.
    package func appendISO8601(to text: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: WallTime.length) { buffer in
            write(to: buffer)
            text.append(contentsOf: UnsafeBufferPointer(buffer))
        }
    }

    /// Bytes of a time.
    private static let length = 24

    private func write(to buffer: UnsafeMutableBufferPointer<UInt8>) {
        let (seconds, nanoseconds) = nanoseconds.flooredDivision(by: 1_000_000_000)
        let (days, second) = seconds.flooredDivision(by: 86_400)
        let (year, month, day) = CivilDate.from(days: days)
        var length = 0
        func put(_ value: Int64, _ digits: Int, _ end: UInt8) {
            var rest = value
            for place in stride(from: length + digits - 1, through: length, by: -1) {
                buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            buffer[length + digits] = end
            length += digits + 1
        }
        put(year, 4, UInt8(ascii: "-"))
        put(month, 2, UInt8(ascii: "-"))
        put(day, 2, UInt8(ascii: "T"))
        put(second / 3600, 2, UInt8(ascii: ":"))
        put(second / 60 % 60, 2, UInt8(ascii: ":"))
        put(second % 60, 2, UInt8(ascii: "."))
        put(nanoseconds / 1_000_000, 3, UInt8(ascii: "Z"))
    }

    /// Reads a date and a time, of which seconds, a fraction (nine digits count) and the offset (`Z`, `+01:00`,
    /// `-0130`) may lack; without an offset it is UTC.
    ///
    /// Nil for anything else, and beyond the years 1677 to 2262.
    package init?(iso8601 text: String) {
        var text = text
        let time = text.withUTF8 { WallTime(iso8601: UnsafeRawBufferPointer($0)) }
        guard let time else { return nil }
        self = time
    }

    /// Reads the same from bytes.
    package init?(iso8601 bytes: UnsafeRawBufferPointer) {
        var reader = DigitReader(bytes)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2),
            reader.take("-"), let day = reader.number(2),
            let days = CivilDate.days(year: year, month: month, day: day),
            reader.take("T") || reader.take("t") || reader.take(" "),
            let hour = reader.number(2), hour < 24, reader.take(":"),
            let minute = reader.number(2), minute < 60
        else { return nil }
        var second: Int64 = 0
        var fraction: Int64 = 0
        if reader.take(":") {
            guard let value = reader.number(2), value <= 60 else { return nil }
            second = value
            if reader.take(".") || reader.take(",") {
                guard let digits = reader.fraction() else { return nil }
                fraction = digits
            }
        }
        guard let offset = reader.isAtEnd ? 0 : reader.offset(), reader.isAtEnd else { return nil }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, more) = product.addingReportingOverflow(fraction)
        guard !overflow, !more else { return nil }
        self.init(nanoseconds: sum)
    }
}

extension Int64 {
    /// Quotient and remainder, of which the remainder is never negative; `divisor` is above 0.
    package func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
