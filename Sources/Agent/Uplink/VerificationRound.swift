import Core
import Tailing

/// Where one receiver's verification of finished files stands.
struct VerificationRound {
    /// Streams that are being read a second time, or whose digest was sent.
    var confirming: StreamNumber?
    var asked: Set<StreamNumber> = []
    /// The last stream that this round has handled.
    var passed: HistoryEntry?
    /// Whether files are compared at once instead of after being idle for long enough.
    var eagerness = Eagerness.never

    enum Eagerness {
        case never
        /// Until everything is verified.
        case once
        case always
    }

    /// Rounds that left something since it was asked for.
    private var attempts = 0

    /// How long the next round waits for what this one passed over: a file that can never be read costs little.
    mutating func pause() -> Duration {
        attempts += 1
        return min(.milliseconds(100) * (1 << min(attempts, 10)), .seconds(60))
    }

    /// Digests that may wait for an answer at a time.
    static let limit = 64

    mutating func disconnected() {
        confirming = nil
        asked = []
        passed = nil
    }
}
