/// What a session's tool calls say of its course (formulas 12, 13, 15), and the score made of it (formula 21).
package struct SessionSignals: Sendable, Hashable {
    /// How a session ended.
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case completed, errored, abandoned, unknown
    }

    package var outcome = Outcome.unknown
    /// Calls that failed.
    package var failures = 0
    package var retries = 0
    /// Files that were edited over and over.
    package var churn = 0
    /// The most failures in a row.
    package var longestFailureStreak = 0
    /// Whether the session went round in circles.
    package var isLooping = false
    package var compactions = 0
    package var midTaskCompactions = 0
    /// The greatest share of the model's window that was used; nil when the window is not known.
    package var peakPressure: Double?

    package init() {}

    /// The signals of a session's calls, in their order; outcome, compactions and pressure are the caller's.
    package init(calls: [SignalCall]) {
        (failures, longestFailureStreak) = SessionSignals.failures(calls)
        retries = SessionSignals.retries(calls)
        churn = SessionSignals.churn(calls)
        isLooping = SessionSignals.isLooping(calls)
    }

    // MARK: Health

    /// 0 to 100: a hint, not a measure.
    package var healthScore: Int {
        var penalty = outcome == .errored ? 30 : outcome == .abandoned ? 15 : 0
        penalty += min(3 * failures, 30) + min(5 * retries, 25) + min(4 * churn, 20)
        penalty += longestFailureStreak >= 3 ? 10 : 0
        penalty += min(5 * max(compactions - 1, 0), 15) + min(8 * midTaskCompactions, 18)
        penalty += (peakPressure ?? 0) > 0.9 ? 10 : 0
        return max(100 - penalty, 0)
    }

    /// "A" to "F".
    package var grade: String {
        switch healthScore {
        case 90...: "A"
        case 75...: "B"
        case 60...: "C"
        case 40...: "D"
        default: "F"
        }
    }

    // MARK: Calls

    private static func failures(_ calls: [SignalCall]) -> (count: Int, longest: Int) {
        var count = 0
        var streak = 0
        var longest = 0
        for call in calls {
            streak = call.isFailure ? streak + 1 : 0
            count += call.isFailure ? 1 : 0
            longest = max(longest, streak)
        }
        return (count, longest)
    }

    /// Of each run of at least three identical calls all but the first.
    private static func retries(_ calls: [SignalCall]) -> Int {
        var total = 0
        var run = 0
        for (index, call) in calls.enumerated() {
            let isSame =
                index > 0 && calls[index - 1].name == call.name
                && calls[index - 1].inputHash == call.inputHash
            if !isSame {
                total += run >= 3 ? run - 1 : 0
                run = 0
            }
            run += 1
        }
        return total + (run >= 3 ? run - 1 : 0)
    }

    /// Files with three edits in a row of theirs within ten messages.
    private static func churn(_ calls: [SignalCall]) -> Int {
        var ordinals: [String: [Int]] = [:]
        for call in calls {
            for path in call.edits { ordinals[path, default: []].append(call.ordinal) }
        }
        return ordinals.values.count { edits in
            guard edits.count >= 3 else { return false }
            return (2..<edits.count).contains { last in
                let window = edits[(last - 2)...last]
                return (window.max() ?? 0) - (window.min() ?? 0) < 10
            }
        }
    }

    private static let window = 12

    /// Twelve calls of which half failed, or of which ten are of one class and three failed; or five equal
    /// calls in a row of which three failed.
    private static func isLooping(_ calls: [SignalCall]) -> Bool {
        guard calls.count >= window else { return false }
        var failures = 0
        var classes: [String: Int] = [:]
        var run = 0
        var runFailures = 0
        for (index, call) in calls.enumerated() {
            let isSame = index > 0 && calls[index - 1].isSame(as: call)
            run = isSame ? run + 1 : 1
            runFailures = (isSame ? runFailures : 0) + (call.isFailure ? 1 : 0)
            if run >= 5, runFailures >= 3 { return true }
            failures += call.isFailure ? 1 : 0
            classes[call.commandClass, default: 0] += 1
            if index >= window {
                let gone = calls[index - window]
                failures -= gone.isFailure ? 1 : 0
                classes[gone.commandClass, default: 1] -= 1
            }
            guard index >= window - 1 else { continue }
            if failures >= 6 || failures >= 3 && (classes.values.max() ?? 0) >= 10 { return true }
        }
        return false
    }
}

/// A tool call as the signals see it.
package struct SignalCall: Sendable, Hashable {
    package var name: String
    /// XXH3-64 over the whole input.
    package var inputHash: UInt64
    /// The tool and for a shell the program ("Bash:git").
    package var commandClass: String
    /// The files that it wrote to.
    package var edits: [String]
    /// Of its message in the session.
    package var ordinal: Int
    package var isFailure: Bool

    package init(
        name: String,
        inputHash: UInt64,
        commandClass: String,
        edits: [String] = [],
        ordinal: Int,
        isFailure: Bool = false
    ) {
        self.name = name
        self.inputHash = inputHash
        self.commandClass = commandClass
        self.edits = edits
        self.ordinal = ordinal
        self.isFailure = isFailure
    }

    func isSame(as other: SignalCall) -> Bool { name == other.name && inputHash == other.inputHash }

    /// The class of a call: its tool, and of a shell's command the first word.
    package static func commandClass(tool: String, command: String?) -> String {
        let first = command?.split(maxSplits: 1) { $0 == " " || $0.isNewline || $0 == "\t" }.first
        return first.map { tool + ":" + $0 } ?? tool
    }
}
