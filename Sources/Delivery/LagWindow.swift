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

    /// The last looks, oldest first.
    package private(set) var samples: [Sample] = []

    package init() {}

    /// Takes a look into account; the oldest is forgotten.
    package mutating func add(_ sample: Sample) {
        if samples.count == LagWindow.length { samples.removeFirst() }
        samples.append(sample)
    }

    /// The state at `now`; with fewer samples than the window has, it is not judged.
    package func judgement(now: Instant) -> Judgement {
        guard samples.count == LagWindow.length, let first = samples.first, let last = samples.last
        else { return .ok }
        if now - last.time > last.time - first.time { return .stopped }
        if samples.contains(where: { $0.lag == 0 }) { return .ok }
        let steps = zip(samples, samples.dropFirst())
        let neverFalls = steps.allSatisfy { $0.lag <= $1.lag }
        if last.cursor == first.cursor { return neverFalls ? .stalled : .ok }
        return neverFalls ? .warning : .ok
    }
}
