import Core
import Delivery

/// What a consumer is doing, for `consumers` and the page.
package struct ConsumerStatus: Sendable {
    package var name: String
    package var backend: String
    package var state: Consumer.State
    package var judgement: LagWindow.Judgement
    package var cursor: Cursor?
    package var head: Cursor
    /// Revisions that are not delivered yet.
    package var lag: Int64
    /// Bytes of the records behind the cursor, nearly.
    package var lagBytes: Int64
    /// How old the oldest row is that is not delivered; nil when there is none.
    package var lagTime: Duration?
    /// Rows delivered, ever.
    package var rows: Int64
    /// Rows a second, of late.
    package var rate: Double
    package var delivered: WallTime?
    package var deadLetters: Int
    /// What the backend said last, while something is wrong.
    package var trouble: String?
    package var remedy: String?
    package var isCircuitOpen: Bool
    /// Attempts that failed since the start.
    package var retries: Int64 = 0
    /// When something last failed, while something is wrong.
    package var troubleSince: WallTime?
    /// When the next attempt is, while one is waited for.
    package var nextAttempt: WallTime?
    /// The last looks at the lag.
    package var window = LagWindow()
    /// When the first row came that is not delivered.
    package var behindSince: Instant?

    /// The same at a moment later, with the judgement of then: the consumer's thread may be waiting for its server.
    ///
    /// `calledSince` is since when rows may have come that the thread has not looked at; nil for no such moment.
    func seen(at now: Instant, calledSince: Instant?) -> ConsumerStatus {
        var status = self
        status.lagTime = behindSince.map { now - $0 }
        if state != .paused {
            status.judgement = window.judgement(
                now: now,
                waitingSince: behindSince ?? calledSince
            )
        }
        return status
    }

    /// Writes the members of an object.
    package func write(_ json: inout JSONWriter) {
        json.string("name", name)
        json.string("backend", backend)
        json.string("state", state.rawValue)
        json.string("judgement", judgement.rawValue)
        json.number("rev", cursor?.rev ?? 0)
        json.number("head", head.rev)
        json.number("lag", lag)
        json.number("lag_bytes", lagBytes)
        json.number("lag_seconds", lagTime.map { Double($0.milliseconds) / 1000 } ?? 0)
        json.number("rows", rows)
        json.number("rows_per_second", (rate * 10).rounded() / 10)
        json.string("delivered", delivered?.iso8601)
        json.number("dead_letters", deadLetters)
        json.bool("circuit_open", isCircuitOpen)
        json.string("trouble", trouble)
        json.string("remedy", remedy)
    }
}
