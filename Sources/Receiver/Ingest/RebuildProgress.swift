import Core

/// How far a rebuild of the rows is.
struct RebuildProgress: Sendable, Equatable {
    /// What it does.
    enum State: String, Sendable {
        /// None runs, and none ran.
        case idle
        case running
        case done
        case failed
        /// The receiver ended before it; nothing has changed.
        case stopped
    }

    var state = State.idle
    /// Why it was begun, for people.
    var reason = ""
    var started: WallTime?
    /// Of the archive.
    var bytes: UInt64 = 0
    var total: UInt64 = 0
    /// Why it failed.
    var failure: String?

    /// Whole percent; 99 while the last is done that has no measure.
    var percent: UInt64 {
        guard state == .running else { return state == .done ? 100 : 0 }
        return total == 0 ? 99 : min(99, bytes &* 100 / total)
    }

    /// One line for programs, which `init(line:)` reads.
    var line: String {
        "\(state.rawValue) \(bytes) \(total) \(failure ?? "")\n"
    }

    init() {}

    /// Nil for what is no such line.
    init?(line: String) {
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count == 4, let state = State(rawValue: String(words[0])),
            let bytes = UInt64(words[1]), let total = UInt64(words[2])
        else { return nil }
        self.state = state
        self.bytes = bytes
        self.total = total
        failure = words[3].trimmed.isEmpty ? nil : words[3].trimmed
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(self.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
