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

    /// Digests that may wait for an answer at a time.
    static let limit = 64

    mutating func disconnected() {
        confirming = nil
        asked = []
        passed = nil
    }
}
