/// Streams whose rows are made in one go.
struct IngestTurn: Sendable, Equatable {
    var sources: [IngestSource]
    /// Bytes, about, after which the rest waits for another turn.
    var limit: UInt64
}
