import Core

/// Numbers for people.
enum AmountText {
    /// "1,234,567".
    static func grouped(_ value: Int64) -> String {
        let digits = String(value.magnitude)
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { out += "," }
            out.append(digit)
        }
        return value < 0 ? "-" + out : out
    }

    /// The number with its noun in the plural unless there is one: "1 row", "1,234 rows", "2 matches".
    static func counted(_ value: Int64, _ noun: String) -> String {
        let plural = noun.hasSuffix("ch") ? "es" : "s"
        return "\(grouped(value)) \(noun)\(value == 1 ? "" : plural)"
    }

    /// Three digits or four: "987", "12.3k", "4.56M".
    static func brief(_ value: Int64) -> String {
        var amount = Double(value)
        for unit in ["", "k", "M", "G", "T"] {
            if amount.magnitude < 999.5 || unit == "T" {
                let places =
                    unit.isEmpty || amount.magnitude >= 99.95
                    ? 0 : amount.magnitude >= 9.995 ? 1 : 2
                return decimal(amount, places) + unit
            }
            amount /= 1000
        }
        return String(value)
    }

    /// "12.3 %"; "-" for what is unknown.
    static func percent(_ share: Double?) -> String {
        share.map { decimal($0 * 100, 1) + " %" } ?? "-"
    }

    /// With so many digits behind the point, rounded.
    static func decimal(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return "-" }
        let unit = (0..<places).reduce(1.0) { unit, _ in unit * 10 }
        let units = Int64((value.magnitude * unit).rounded())
        let sign = value < 0 && units > 0 ? "-" : ""
        guard places > 0 else { return sign + String(units) }
        let rest = String(units % Int64(unit))
        let zeros = String(repeating: "0", count: places - rest.count)
        return "\(sign)\(units / Int64(unit)).\(zeros)\(rest)"
    }

    /// Dollars of millionths: "$1,234.57", four decimals below a dollar, "$0.00" for nothing.
    static func dollars(_ micros: Int64) -> String {
        let isSmall = micros != 0 && micros.magnitude < 1_000_000
        let places: UInt64 = isSmall ? 4 : 2
        let unit: UInt64 = isSmall ? 100 : 10_000
        let per = 1_000_000 / unit
        let rounded = (micros.magnitude + unit / 2) / unit
        let rest = String(rounded % per)
        let zeros = String(repeating: "0", count: Int(places) - rest.count)
        let sign = micros < 0 ? "-" : ""
        return "\(sign)$\(grouped(Int64(clamping: rounded / per))).\(zeros)\(rest)"
    }

    /// The cost, with what of it is not known: "$1.20 + 3 unpriced".
    static func cost(_ micros: Int64, unpriced: Int64) -> String {
        guard unpriced > 0 else { return dollars(micros) }
        let count = "\(grouped(unpriced)) unpriced"
        return micros == 0 ? count : "\(dollars(micros)) + \(count)"
    }

    /// "12 ms", "1.2 s", "3 min 20 s", "2 h 5 min".
    static func duration(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        if milliseconds < 60_000 { return "\(milliseconds / 1000).\(milliseconds / 100 % 10) s" }
        if milliseconds < 3_600_000 {
            return "\(milliseconds / 60_000) min \(milliseconds / 1000 % 60) s"
        }
        return "\(milliseconds / 3_600_000) h \(milliseconds / 60_000 % 60) min"
    }

    /// The beginning on one line, at most `width` columns.
    static func short(_ text: String, _ width: Int) -> String {
        // More than enough of it, so that a long text is not looked at whole.
        DisplayWidth.cut(TerminalText.line(String(text.prefix(width * 2))), to: width)
    }
}
