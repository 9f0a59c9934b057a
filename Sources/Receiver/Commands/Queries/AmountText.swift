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

    /// Dollars of millionths: "$1,234.57", four decimals below a dollar.
    static func dollars(_ micros: Int64) -> String {
        let places: UInt64 = micros.magnitude < 1_000_000 ? 4 : 2
        let unit: UInt64 = places == 4 ? 100 : 10_000
        let per = 1_000_000 / unit
        let rounded = (micros.magnitude + unit / 2) / unit
        let rest = String(rounded % per)
        let zeros = String(repeating: "0", count: Int(places) - rest.count)
        let sign = micros < 0 ? "-" : ""
        return "\(sign)$\(grouped(Int64(clamping: rounded / per))).\(zeros)\(rest)"
    }

    /// The cost, with what of it is not known.
    static func cost(_ micros: Int64, unpriced: Int64) -> String {
        guard unpriced > 0 else { return dollars(micros) }
        return "\(dollars(micros)) + \(grouped(unpriced)) unpriced"
    }

    /// "12 ms", "1.2 s", "3 min 20 s".
    static func duration(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        if milliseconds < 60_000 { return "\(milliseconds / 1000).\(milliseconds / 100 % 10) s" }
        return "\(milliseconds / 60_000) min \(milliseconds / 1000 % 60) s"
    }

    /// "2026-11-21 06:42", of UTC.
    static func minute(_ time: WallTime?) -> String {
        guard let text = time?.iso8601 else { return "-" }
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
    }

    /// The beginning on one line, at most `count` characters.
    static func short(_ text: String, _ count: Int) -> String {
        // More than enough of it, so that a long text is not looked at whole.
        let line = TerminalText.line(String(text.prefix(count * 2)))
        return line.count > count ? line.prefix(count - 1) + "…" : line
    }
}
