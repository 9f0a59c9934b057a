import Core
import Platform

/// Where a command's result goes, and how it is to look there.
struct CommandOutput {
    let isTerminal: Bool
    let hasColours: Bool
    /// Columns of the terminal; nil elsewhere: nothing is cut or broken.
    let width: Int?
    /// In which people read times.
    let zone: LocalZone
    /// False when the reader has gone.
    let write: (String) -> Bool

    /// The process's own.
    static var standard: CommandOutput {
        let descriptor = StandardOutput.descriptor
        return CommandOutput(
            isTerminal: Host.isTerminal(descriptor),
            hasColours: Host.mayColour(descriptor),
            width: Host.terminalWidth(descriptor),
            zone: .current
        ) { StandardOutput.write($0) }
    }

    /// Writes a line; false when the reader has gone.
    @discardableResult
    func line(_ text: String) -> Bool { write(text + "\n") }

    /// Writes a line that is the last, whoever reads it.
    func say(_ text: String) { _ = line(text) }

    /// Writes the table as it fits, its head in a style.
    func table(_ table: TextTable) {
        let lines = table.lines(width: width)
        _ = write(
            lines.enumerated().map { ($0 == 0 ? styled($1, .dim) : $1) + "\n" }.joined()
        )
    }

    /// "2026-11-21 06:42", or "-" for none.
    func minute(_ time: WallTime?) -> String { time.map(zone.minute) ?? "-" }

    /// From a time to another, the day told once where it is one: "2026-11-21 06:42 to 07:10 CET".
    func span(_ start: WallTime?, _ end: WallTime?) -> String {
        guard let start, let end else { return minute(start ?? end) }
        let isOneDay = zone.day(of: start) == zone.day(of: end)
        let last = isOneDay ? String(zone.minute(end).suffix(5)) : zone.minute(end)
        return "\(zone.minute(start)) to \(last) \(zone.name(at: end))"
    }

    /// The text in a style of the terminal (ECMA-48, SGR), plain elsewhere.
    func styled(_ text: String, _ style: Style) -> String {
        hasColours && !text.isEmpty ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
    }

    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case cyan = "36"
        case found = "1;33"
    }
}
