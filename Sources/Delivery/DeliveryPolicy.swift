import Core

/// When and how much a consumer delivers.
package struct DeliveryPolicy: Hashable, Sendable {
    /// Rows of a page at most.
    package var batchRows = 5000
    /// How long the first new row may wait for more.
    package var batchAge = Duration.milliseconds(500)
    /// The first and the longest wait after a failure.
    package var retryFirst = Duration.seconds(1)
    package var retryLongest = Duration.seconds(300)
    /// The least wait where somebody must do something first.
    package var blockedWait = Duration.seconds(15)
    /// Failures in a row after which the circuit is open: from then on one attempt is a probe.
    package var circuitFailures = 5

    package init() {}
}
