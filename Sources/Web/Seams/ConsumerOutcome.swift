/// What an action did to a consumer, or would do.
package struct ConsumerOutcome: Sendable, Hashable {
    /// Rows that are delivered (again), or left out.
    package var rows: Int64
    /// The cursor before, and after.
    package var fromRev: Int64
    package var toRev: Int64
    /// A sentence for people.
    package var effect: String

    package init(rows: Int64, fromRev: Int64, toRev: Int64, effect: String) {
        self.rows = rows
        self.fromRev = fromRev
        self.toRev = toRev
        self.effect = effect
    }
}
