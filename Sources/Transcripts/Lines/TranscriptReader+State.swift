import Core

/// The state of a reader: a version byte, the choice (0: none yet), the guesses left, then as LEB128 the ordinal,
/// the NULs before the next record and the first timestamp (1 + nanoseconds, zigzag; 0: none), then the dialect's.
extension TranscriptReader {
    private static let stateVersion: UInt8 = 1

    /// What is to be remembered to go on at `resumeOffset` in another reader of the same file.
    package var state: [UInt8] {
        var bytes = [Self.stateVersion, choice?.rawValue ?? 0, UInt8(guessesLeft)]
        Self.append(UInt64(ordinal), to: &bytes)
        Self.append(nuls, to: &bytes)
        bytes.append(firstTimestamp == nil ? 0 : 1)
        if let time = firstTimestamp {
            Self.append(UInt64(bitPattern: time.nanoseconds), to: &bytes)
        }
        return bytes + (dialect?.state ?? [])
    }

    /// Whether `state` was understood; nothing is changed otherwise.
    func restore(_ state: [UInt8]) -> Bool {
        guard state.count >= 3, state[0] == Self.stateVersion, Int(state[2]) <= Self.guesses else {
            return false
        }
        let choice = DialectChoice(rawValue: state[1])
        guard choice != nil || state[1] == 0 else { return false }
        var index = 3
        guard let ordinal = Self.number(state, &index), let nuls = Self.number(state, &index),
            ordinal <= UInt64(Int.max), index < state.count
        else { return false }
        var first: WallTime?
        index += 1
        if state[index - 1] != 0 {
            guard let bits = Self.number(state, &index) else { return false }
            first = WallTime(nanoseconds: Int64(bitPattern: bits))
        }
        self.choice = choice
        self.ordinal = Int(ordinal)
        self.nuls = nuls
        firstTimestamp = first
        guessesLeft = Int(state[2])
        dialect = choice?.records(context, Array(state[index...]))
        return true
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func number(_ bytes: [UInt8], _ index: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while index < bytes.count, shift < 64 {
            let byte = bytes[index]
            index += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
