import Core
import Platform

/// What happened in a run: a hash of all of it, and the lines where somebody wants to read them.
final class Trace {
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var lines: [String] = []
    private let prints: Bool
    private let timeline: Timeline
    /// The last lines are kept for a failure's message.
    private static let kept = 400

    init(_ timeline: Timeline, prints: Bool) {
        self.timeline = timeline
        self.prints = prints
    }

    func note(_ text: String) {
        let line = "\(timeline.now.nanoseconds / 1000) \(text)"
        for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        if prints { StandardOutput.write(line + "\n") }
        lines.append(line)
        if lines.count > 2 * Trace.kept { lines.removeFirst(Trace.kept) }
    }
}
