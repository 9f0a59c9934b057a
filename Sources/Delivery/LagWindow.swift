import Core

/// Judges a consumer by how its cursor and its lag moved, after Burrow's rules
/// (https://github.com/linkedin/Burrow/wiki/Consumer-Lag-Evaluation-Rules).
package struct LagWindow: Sendable {
    /// One look.
    package struct Sample: Hashable, Sendable {
        package var time: Instant
        package var cursor: Int64
        /// Revisions behind.
        package var lag: Int64

        package init(time: Instant, cursor: Int64, lag: Int64) {
            self.time = time
            self.cursor = cursor
            self.lag = lag
        }
    }

    /// What the samples say.
    package enum Judgement: String, Sendable, CaseIterable {
        case ok
        /// It moves, and falls behind all the same.
        case warning
        /// It stands still although there is something to do.
        case stalled
        /// Nothing was heard of it for as long as the window is.
        case stopped
    }

    /// Samples that are looked at.
    package static let length = 10
    /// Between two looks.
    package static let interval = Duration.seconds(5)

    /// The last looks, oldest first.
    package private(set) var samples: [Sample] = []

    package init() {}

    /// Takes a look into account; the oldest is forgotten.
    package mutating func add(_ sample: Sample) {
        if samples.count == LagWindow.length { samples.removeFirst() }
        samples.append(sample)
    }

    /// The state at `now`; with fewer samples than the window has, only its silence is judged.
    ///
    /// `waitingSince` is since when there is something to do; nil for nothing, when silence is what should be.
    package func judgement(now: Instant, waitingSince: Instant?) -> Judgement {
        guard let first = samples.first, let last = samples.last else { return .ok }
        if let waitingSince {
            let span = max(last.time - first.time, LagWindow.interval * LagWindow.length)
            if now - max(last.time, waitingSince) > span { return .stopped }
        }
        guard samples.count == LagWindow.length, !samples.contains(where: { $0.lag == 0 })
        else { return .ok }
        let steps = zip(samples, samples.dropFirst())
        let neverFalls = steps.allSatisfy { $0.lag <= $1.lag }
        if last.cursor == first.cursor { return neverFalls ? .stalled : .ok }
        return neverFalls ? .warning : .ok
    }
}
