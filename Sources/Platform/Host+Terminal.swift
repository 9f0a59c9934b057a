import Glibc

extension Host {
    /// Columns of the terminal at a descriptor; nil when there is none, or it does not say.
    package static func terminalWidth(_ descriptor: Int32) -> Int? {
        guard isTerminal(descriptor) else { return nil }
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            return Int(size.ws_col)
        }
        return environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Whether what is written to a descriptor may have colours: on a terminal that knows them, unless
    /// NO_COLOR is set and not empty (https://no-color.org).
    package static func mayColour(_ descriptor: Int32) -> Bool {
        isTerminal(descriptor) && environment("TERM") != "dumb"
            && (environment("NO_COLOR") ?? "").isEmpty
    }
}
