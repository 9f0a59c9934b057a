import Core

/// The state of a reader.
///
/// As `StateWriter` writes them: the version, the choice (0: none yet), the guesses left, the ordinal, the NULs
/// before the next record, the first timestamp; then the dialect's state.
extension TranscriptReader {
    private static let stateVersion: UInt64 = 1

    /// What is to be remembered to go on at `resumeOffset` in another reader of the same file.
    package var state: [UInt8] {
        var writer = StateWriter()
        writer.number(Self.stateVersion)
        writer.number(UInt64(choice?.rawValue ?? 0))
        writer.number(UInt64(guessesLeft))
        writer.number(UInt64(ordinal))
        writer.number(nuls)
        writer.optional(firstTimestamp) { $0.signed($1.nanoseconds) }
        writer.rest(dialect?.state ?? [])
        return writer.bytes
    }

    /// Whether `state` was understood; nothing is changed otherwise.
    func restore(_ state: [UInt8]) -> Bool {
        var reader = StateReader(state)
        guard reader.number() == Self.stateVersion,
            let choice = reader.number().flatMap({ UInt8(exactly: $0) }),
            let guesses = reader.number(), guesses <= UInt64(Self.guesses),
            let ordinal = reader.number().flatMap({ Int(exactly: $0) }),
            let nuls = reader.number(), let first = reader.optional({ $0.signed() })
        else { return false }
        let restored = DialectChoice(rawValue: choice)
        guard restored != nil || choice == 0 else { return false }
        self.choice = restored
        guessesLeft = Int(guesses)
        self.ordinal = ordinal
        self.nuls = nuls
        firstTimestamp = first.map { WallTime(nanoseconds: $0) }
        dialect = restored?.records(context, reader.rest())
        return true
    }
}
