/// What was found when a journal was opened.
package struct JournalRecovery: Sendable, Hashable {
    /// Valid records.
    package var records = 0
    /// The sequence of the first valid record; nil when there is none.
    package var firstSequence: UInt64?
    /// The sequence of the last valid record; nil when there is none.
    package var lastSequence: UInt64?
    /// Where no valid record was found although records follow.
    ///
    /// A power cut leaves such a range too, where what follows was never acknowledged.
    package var damage: [DamagedRange] = []
    /// Sequences that should be there and are not.
    package var missing: [ClosedRange<UInt64>] = []
    /// Bytes of a bad end that were cut: an append that a crash interrupted.
    package var cutBytes: UInt64 = 0
    /// Bytes of records that were given up after a failed write and never acknowledged.
    package var abandonedBytes: UInt64 = 0
}
