extension Log {
    /// How much a line matters; the numbers are those of syslog(3).
    package enum Level: UInt8, Sendable, Comparable, CaseIterable {
        /// The system is unusable; no line matters so much, so that as a threshold it means silence.
        case emergency = 0
        case error = 3
        case warning = 4
        case notice = 5
        case info = 6

        /// What matters less is less.
        package static func < (a: Level, b: Level) -> Bool { a.rawValue > b.rawValue }
    }
}
