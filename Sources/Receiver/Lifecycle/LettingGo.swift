import Core
import Synchronization

/// Lets streams go and knows when that is done; what a failing journal lost is tried again.
final class LettingGo {
    private let door: ArchiveDoor
    private let reason: LetGoReason
    /// Whether those that bytes are on their way to are left as they are.
    private let sparesBusy: Bool
    private(set) var streams: [StreamID]
    private let answer = Answer()
    private var isAsked = false

    private final class Answer: Sendable {
        let isThere = Mutex(false)
    }

    init(
        _ streams: [StreamID],
        _ reason: LetGoReason,
        _ door: ArchiveDoor,
        sparesBusy: Bool = false
    ) {
        self.sparesBusy = sparesBusy
        self.streams = streams
        self.reason = reason
        self.door = door
    }

    /// Whether all are gone; of those that are spared, `streams` has none then.
    ///
    /// - Parameter wake: called, on any thread, when it is worth asking again.
    /// - Returns: whether everything that was to go is gone.
    func isDone(wake: @escaping @Sendable () -> Void) -> Bool {
        if isAsked {
            guard answer.isThere.withLock({ $0 }) else { return false }
            isAsked = false
            if sparesBusy {
                let busy = Set(door.remaining(streams))
                streams.removeAll { busy.contains($0) }
                return true
            }
        }
        let left = door.remaining(streams)
        guard !left.isEmpty else { return true }
        answer.isThere.withLock { $0 = false }
        isAsked = door.letGo(left, reason) { [answer] in
            answer.isThere.withLock { $0 = true }
            wake()
        }
        return false
    }
}
