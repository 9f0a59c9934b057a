import Core
import Glibc
import Synchronization

/// Lines about what the process does, on standard error; from any thread.
///
/// To the journal a line goes with its priority in front (`<4>…`, sd-daemon(3)), anywhere else with the
/// time and the level. Control characters are escaped, so that a message stays one line, whoever chose the
/// words in it.
package enum Log {
    private static let threshold = Atomic<UInt8>(Level.info.rawValue)
    private static let journal = isJournal()

    /// Lines that matter less are left out.
    package static var level: Level {
        get { Level(rawValue: threshold.load(ordering: .relaxed)) ?? .info }
        set { threshold.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// What happens in the ordinary course.
    package static func info(_ message: @autoclosure () -> String) { write(.info, message) }
    /// What happens rarely and is worth knowing.
    package static func notice(_ message: @autoclosure () -> String) { write(.notice, message) }
    /// What may need somebody.
    package static func warning(_ message: @autoclosure () -> String) { write(.warning, message) }
    /// What failed and needs somebody.
    package static func error(_ message: @autoclosure () -> String) { write(.error, message) }

    /// Writes the error with its cause and remedy in one line; what is wrong with a configuration has a
    /// line for each problem.
    package static func error(_ error: OperatorError) {
        var text = error.message
        if error.code == .configuration {
            let lines = text.split(separator: "\n")
            for line in lines.dropLast() { write(.error) { String(line) } }
            text = lines.last.map { String($0) } ?? ""
        }
        if let cause = error.cause { text += ": " + cause }
        if let remedy = error.remedy { text += " → " + remedy }
        write(.error) { text }
    }

    private static func write(_ level: Level, _ message: () -> String) {
        guard level.rawValue <= threshold.load(ordering: .relaxed) else { return }
        StandardError.write(line(level, message(), journal: journal))
    }

    /// The line for a message.
    static func line(_ level: Level, _ message: String, journal: Bool) -> String {
        journal
            ? "<\(level.rawValue)>" + escaped(message)
            : "\(Clock.wall().iso8601) \(level): " + escaped(message)
    }

    /// The message with its control characters (C0, DEL, C1) as `\xNN`.
    static func escaped(_ message: String) -> String {
        let isControl = { (scalar: Unicode.Scalar) in
            scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
        }
        guard message.unicodeScalars.contains(where: isControl) else { return message }
        var text = ""
        for scalar in message.unicodeScalars {
            if isControl(scalar) {
                text += "\\x" + Hex.encode([UInt8(scalar.value)])
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Whether standard error is the stream that `JOURNAL_STREAM` names (`device:inode`).
    private static func isJournal() -> Bool {
        guard let stream = Host.environment("JOURNAL_STREAM") else { return false }
        var facts = stat()
        return fstat(StandardError.descriptor, &facts) == 0
            && stream == "\(facts.st_dev):\(facts.st_ino)"
    }
}
