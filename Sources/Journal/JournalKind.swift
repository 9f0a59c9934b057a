/// The kinds of records that the journal writes for itself.
enum JournalKind {
    /// The first record of a segment.
    ///
    /// Its head is the sequence (8 bytes) of the last record before it that is valid: those between
    /// that one and this one were given up.
    static let segmentStart: UInt8 = 0
}
