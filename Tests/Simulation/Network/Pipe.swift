import Core

/// One direction of a connection: bytes come in order, late, and in pieces that nobody chose.
final class Pipe {
    /// Whoever gets the bytes.
    var received: (([UInt8]) -> Void)?
    /// The sender closed, and all that it had sent was received.
    var ended: (() -> Void)?
    /// More was waiting than the kernel takes, and now nothing is.
    var drained: (() -> Void)?

    private let timeline: Timeline
    private let chance: Chance
    private let latency: Duration
    private let kernelBytes: Int
    private var bytes: [UInt8] = []
    private var isScheduled = false
    private var isClosing = false
    private var isDead = false

    init(_ timeline: Timeline, _ chance: Chance, latency: Duration) {
        self.timeline = timeline
        self.chance = chance
        self.latency = latency
        kernelBytes = chance.element([4 << 10, 64 << 10, 1 << 20])
    }

    /// Bytes that the kernel has not taken.
    var backlog: Int { max(0, bytes.count - kernelBytes) }

    func send(_ more: [UInt8]) {
        guard !isDead, !isClosing else { return }
        bytes += more
        plan(latency)
    }

    /// Nothing more is sent; what was comes first.
    func close() {
        guard !isDead, !isClosing else { return }
        isClosing = true
        plan(latency)
    }

    /// Loses a random rest of what is under way.
    func loseTail() {
        if !bytes.isEmpty { bytes.removeLast(chance.number(0...bytes.count)) }
    }

    /// Nothing comes out of it any more, and nobody is told.
    func die() {
        isDead = true
        bytes = []
    }

    private func plan(_ delay: Duration) {
        guard !isScheduled else { return }
        isScheduled = true
        timeline.schedule(after: delay) { [weak self] in self?.deliver() }
    }

    private func deliver() {
        isScheduled = false
        guard !isDead else { return }
        let wasFull = backlog > 0
        let count =
            chance.oneIn(3) && !bytes.isEmpty ? chance.number(1...bytes.count) : bytes.count
        let part = Array(bytes[..<count])
        bytes.removeFirst(count)
        if !bytes.isEmpty || isClosing && !part.isEmpty { plan(chance.duration(0...3)) }
        if !part.isEmpty {
            received?(part)
        } else if isClosing {
            isDead = true
            ended?()
            return
        }
        if wasFull, bytes.isEmpty, !isDead { drained?() }
    }
}
