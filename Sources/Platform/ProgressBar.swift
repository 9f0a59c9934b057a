import Core

/// How far a long piece of work is, on standard error, for a person who watches; nothing for anybody else.
///
/// The line is drawn at most ten times a second, and wiped at the end. It belongs to one thread.
package final class ProgressBar {
    private let label: String
    private let total: UInt64
    private let unit: @Sendable (UInt64) -> String
    private let write: ((String) -> Void)?
    private let columns: Int
    private let now: () -> Instant
    private let started: Instant
    private var drawn: Instant?
    private var done: UInt64 = 0

    /// A bar on this process's standard error, if a terminal is there.
    ///
    /// - Parameters:
    ///   - label: what is done ("restore").
    ///   - total: how much there is, in whatever unit; 0 when nobody knows.
    ///   - unit: an amount for people.
    package convenience init(
        _ label: String,
        total: UInt64,
        unit: @escaping @Sendable (UInt64) -> String = { ByteCount.text($0) }
    ) {
        let columns = Host.terminalWidth(StandardError.descriptor)
        self.init(
            label,
            total: total,
            columns: columns ?? 80,
            unit: unit,
            now: Clock.monotonic,
            write: columns == nil ? nil : { StandardError.draw($0) }
        )
    }

    /// A bar with a clock and an output of its own; without an output it does nothing.
    init(
        _ label: String,
        total: UInt64,
        columns: Int,
        unit: @escaping @Sendable (UInt64) -> String,
        now: @escaping () -> Instant,
        write: ((String) -> Void)?
    ) {
        self.label = label
        self.total = total
        self.columns = columns
        self.unit = unit
        self.now = now
        self.write = write
        started = now()
    }

    deinit { finish() }

    /// More of it is done.
    package func add(_ amount: UInt64) {
        done &+= amount
        guard let write else { return }
        let time = now()
        // What is done at once needs no bar.
        guard time - (drawn ?? started) >= .milliseconds(drawn == nil ? 300 : 100) else { return }
        drawn = time
        write("\r\u{1b}[K" + line(time - started))
    }

    /// Wipes the line: something else is written now.
    package func finish() {
        guard let write, drawn != nil else { return }
        drawn = nil
        write("\r\u{1b}[K")
    }

    /// "restore  ███████░░░░░  58 %  72.0 MiB of 125.2 MiB  12 s left".
    private func line(_ elapsed: Duration) -> String {
        guard total > 0 else { return DisplayWidth.cut("\(label)  \(unit(done))", to: columns - 1) }
        let share = min(1, Double(done) / Double(total))
        var facts = "\(Int(share * 100)) %  \(unit(done)) of \(unit(total))"
        if share > 0.02 {
            let seconds = Double(elapsed.milliseconds) / 1000 * (1 - share) / share
            facts += "  \(ProgressBar.left(Int64(min(seconds, 1e9)))) left"
        }
        let room = columns - 1 - DisplayWidth.of(label) - DisplayWidth.of(facts) - 4
        guard room >= 5 else { return DisplayWidth.cut("\(label)  \(facts)", to: columns - 1) }
        let width = min(room, 30)
        let full = Int(Double(width) * share)
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
        return "\(label)  \(bar)  \(facts)"
    }

    private static func left(_ seconds: Int64) -> String {
        if seconds < 60 { return "\(seconds) s" }
        return seconds < 3600
            ? "\(seconds / 60) min \(seconds % 60) s"
            : "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }
}
