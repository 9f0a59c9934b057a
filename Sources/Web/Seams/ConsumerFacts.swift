import Core

/// How a consumer is.
package struct ConsumerFacts: Sendable, Hashable {
    /// By Burrow's rules over the last commits (formula 28), or what keeps it from them.
    package enum State: String, Sendable, Hashable, CaseIterable {
        case ok
        case warn
        case stalled
        case stopped
        case paused
        case failed
    }

    /// A commit of its cursor.
    package struct Commit: Sendable, Hashable {
        package var at: WallTime
        package var rev: Int64
        /// Revisions behind the head then.
        package var lag: Int64

        package init(at: WallTime, rev: Int64, lag: Int64) {
            self.at = at
            self.rev = rev
            self.lag = lag
        }
    }

    package var name: String
    package var backend: String
    /// Where it delivers to, without credentials.
    package var server = ""
    /// "live" or "session".
    package var delivery = "live"
    package var from = ""
    package var filter = ""
    package var redact = ""
    package var state: State
    /// Of its cursor.
    package var epoch = ""
    package var rev: Int64 = 0
    package var lagRows: Int64 = 0
    /// Nil where it is not measured.
    package var lagBytes: Int64?
    package var lagSeconds: Int64 = 0
    package var rowsPerSecond: Double = 0
    package var delivered: Int64 = 0
    package var retries: Int64 = 0
    package var deadLetters: Int64 = 0
    package var lastError: String?
    package var lastErrorAt: WallTime?
    package var nextAttempt: WallTime?
    /// The last ten, oldest first.
    package var window: [Commit] = []

    package init(name: String, backend: String, state: State) {
        self.name = name
        self.backend = backend
        self.state = state
    }
}
