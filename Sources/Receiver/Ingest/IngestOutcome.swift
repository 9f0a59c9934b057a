/// What became of a stream in its turn.
struct IngestOutcome: Sendable, Equatable {
    let source: IngestSource
    /// Bytes from its start that have rows now.
    var rows: UInt64
    /// Whether nothing of it is left to read, for now.
    var isDone: Bool

    /// There are rows of all that was there.
    static func done(_ source: IngestSource) -> IngestOutcome {
        IngestOutcome(source: source, rows: source.held, isDone: true)
    }
}
