import Core
import Platform

/// Where a command's result goes.
struct CommandOutput {
    let isTerminal: Bool
    /// False when the reader has gone.
    let write: (String) -> Bool

    /// The process's own; colours are for terminals, unless NO_COLOR is set (https://no-color.org).
    static var standard: CommandOutput {
        let isTerminal = Host.isTerminal(StandardOutput.descriptor)
        return CommandOutput(isTerminal: isTerminal) { StandardOutput.write($0) }
    }

    func line(_ text: String) { _ = write(text + "\n") }

    /// The text in a style of the terminal (ECMA-48, SGR), plain elsewhere.
    func styled(_ text: String, _ style: Style) -> String {
        isTerminal ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
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
