import Core

extension Ledger {
    /// Lets the bytes of a stream go: from now on none are taken, listed or asked for.
    ///
    /// - Returns: what to journal; nil for a stream that is unknown or was let go before, and for one that is to be
    ///   released while bytes of it are on their way.
    package mutating func letGo(_ id: StreamID, _ reason: LetGoReason) -> Entry? {
        guard let stream = streams[id], stream.isRecorded, !stream.isTombstone,
            reason == .erased || stream.accepted == stream.durable
        else { return nil }
        update(id) {
            $0.isTombstone = true
            $0.isReleased = reason == .released
        }
        durableBytes -= stream.durable
        pending.append(Pending(sequence: nil, change: .letGo(id)))
        return .letGo(id, offset: stream.accepted, reason)
    }
}
