/// A heuristic of how well a session went: 100 less penalties.
struct SessionHealth {
    /// How a session ended.
    enum Outcome: String {
        case completed
        case errored
        /// A prompt is the last thing that was said.
        case abandoned
    }

    /// A call in the order of time.
    struct Call {
        var name: String
        var input: Int64
        var path: String?
        var hasFailed: Bool
    }

    var outcome = Outcome.completed
    var compactions: Int64 = 0
    var greatestPressure = 0.0
    private var failures = 0
    private var retries = 0
    private var churns = 0
    private var streak = 0
    private var hasStreak = false
    private var run = 0
    private var last: Call?
    private var edits: [String] = []

    mutating func add(_ call: Call) {
        failures += call.hasFailed ? 1 : 0
        streak = call.hasFailed ? streak + 1 : 0
        if streak >= 3 { hasStreak = true }
        let isSame = last.map { $0.name == call.name && $0.input == call.input } ?? false
        run = isSame ? run + 1 : 1
        // The third equal call in a row makes two retries, each further one more.
        if run == 3 { retries += 2 } else if run > 3 { retries += 1 }
        last = call
        edits.append(call.path ?? "")
        if edits.count > 10 { edits.removeFirst() }
        if let path = call.path, edits.count(where: { $0 == path }) >= 3 {
            churns += 1
            edits.removeAll { $0 == path }
        }
    }

    var score: Int64 {
        var penalty = 0
        switch outcome {
        case .completed: break
        case .errored: penalty += 30
        case .abandoned: penalty += 15
        }
        penalty += min(30, failures * 3) + min(25, retries * 5) + min(20, churns * 4)
        if hasStreak { penalty += 10 }
        penalty += min(15, Int(max(0, compactions - 1)) * 5)
        if greatestPressure > 0.9 { penalty += 10 }
        return Int64(max(0, 100 - penalty))
    }

    static func grade(_ score: Int64) -> String {
        switch score {
        case 90...: "A"
        case 75..<90: "B"
        case 60..<75: "C"
        case 40..<60: "D"
        default: "F"
        }
    }
}
