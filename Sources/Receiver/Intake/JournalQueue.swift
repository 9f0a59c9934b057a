import Core
import Platform
import Shipping
import Synchronization
import Wire

/// Which connection of which loop something belongs to.
package struct ConnectionKey: Hashable, Sendable {
    package var loop: Int
    package var number: UInt64
}

/// One record on its way to the journal.
package struct JournalJob: Sendable {
    /// What the record will say.
    package enum Content: Sendable {
        case entry(Ledger.Entry)
        /// The payload of a batch frame as it came.
        case batch([UInt8])
        /// No record: the segment ends here, so that it can go when the archive has what is in it.
        case seal
    }

    package var ticket: UInt64
    package var content: Content
    package var received: WallTime
    /// Whom to acknowledge which request when the record is durable.
    package var acknowledge: (key: ConnectionKey, request: UInt32)?

    var isSeal: Bool { if case .seal = content { true } else { false } }

    /// Bytes of memory, nearly.
    package var size: Int { if case .batch(let payload) = content { payload.count } else { 256 } }
}

/// The ledger, and the records that it has decided on, in the order of the decisions.
///
/// One lock holds both, so that the journal's order is the ledger's order whichever loop was first. An
/// `epoch` ends when the journal fails: what was decided and not yet durable is rolled back, and connections
/// of the old epoch can decide nothing more.
package final class JournalQueue: Sendable {
    private struct State {
        var ledger: Ledger
        var jobs: [JournalJob] = []
        var bytes = 0
        var nextTicket: UInt64 = 1
        var durableTicket: UInt64 = 0
        var epoch: UInt64 = 1
        var isClosed = false
    }

    private let state: Mutex<State>
    private let signal = Signal()

    /// An empty queue over the ledger that recovery built.
    package init(_ ledger: Ledger) { state = Mutex(State(ledger: ledger)) }

    /// Bytes that wait for the journal; loops read no more from their sockets above `highWater`.
    package var waitingBytes: Int { state.withLock { $0.bytes } }
    /// 8 MiB: two windows, so that one agent keeps the disk busy and many cannot fill the memory.
    package static let highWater = 8 << 20

    /// The ticket of the last record that was asked for.
    var lastTicket: UInt64 { state.withLock { $0.nextTicket - 1 } }

    /// Up to here every record is durable, or was given up and told so.
    var durableTicket: UInt64 { state.withLock { $0.durableTicket } }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    package var epoch: UInt64 { state.withLock { $0.epoch } }

    /// Looks at the ledger under the lock; keep `body` short, every loop waits for it.
    package func read<Result: Sendable>(_ body: (borrowing Ledger) -> Result) -> Result {
        state.withLock { body($0.ledger) }
    }

    /// Lets a connection decide; what its decision wants recorded is queued under the same lock.
    ///
    /// - Returns: the actions that are left to the connection; nil when its epoch is over.
    package func decide(
        _ key: ConnectionKey,
        epoch: UInt64,
        at received: WallTime,
        _ body: (inout Ledger) -> [Intake.Action]
    ) -> [Intake.Action]? {
        var queued = false
        let rest: [Intake.Action]? = state.withLock { state in
            guard state.epoch == epoch, !state.isClosed else { return nil }
            var rest: [Intake.Action] = []
            for action in body(&state.ledger) {
                switch action {
                case .record(let entries):
                    for entry in entries { push(.entry(entry), received, nil, &state) }
                    queued = true
                case .recordBatch(let payload, _, let request):
                    push(.batch(payload), received, (key, request), &state)
                    queued = true
                default: rest.append(action)
                }
            }
            // Once for the whole decision: a part of it is never durable without the rest.
            if queued { state.ledger.recorded(state.nextTicket - 1) }
            return rest
        }
        if queued { signal.notify() }
        return rest
    }

    private func push(
        _ content: JournalJob.Content,
        _ received: WallTime,
        _ acknowledge: (key: ConnectionKey, request: UInt32)?,
        _ state: inout State
    ) {
        let job = JournalJob(
            ticket: state.nextTicket,
            content: content,
            received: received,
            acknowledge: acknowledge
        )
        state.nextTicket += 1
        state.bytes += job.size
        state.jobs.append(job)
    }

    /// Lets the bytes of streams go, and ends the segment that may hold some of them.
    ///
    /// - Returns: the ticket of the last record, and which streams were let go by this; nil when nothing is decided any
    ///   more.
    func letGo(
        _ streams: [StreamID],
        _ reason: LetGoReason,
        at time: WallTime
    ) -> (ticket: UInt64, streams: [StreamID])? {
        let result: (UInt64, [StreamID])? = state.withLock { state in
            guard !state.isClosed else { return nil }
            var done: [StreamID] = []
            for stream in streams {
                guard let entry = state.ledger.letGo(stream, reason) else { continue }
                push(.entry(entry), time, nil, &state)
                done.append(stream)
            }
            push(.seal, time, nil, &state)
            state.ledger.recorded(state.nextTicket - 1)
            return (state.nextTicket - 1, done)
        }
        signal.notify()
        return result
    }

    /// Waits for records and takes all that are there; nil when the queue was closed and is empty.
    func take() -> [JournalJob]? {
        while true {
            let (jobs, isClosed) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isClosed)
            }
            if !jobs.isEmpty { return jobs }
            if isClosed { return nil }
            signal.wait()
        }
    }

    /// The records of these jobs are on the disk.
    func completed(_ jobs: [JournalJob]) {
        guard let last = jobs.last else { return }
        state.withLock { state in
            state.ledger.durable(upTo: last.ticket)
            state.durableTicket = last.ticket
            state.bytes -= jobs.reduce(0) { $0 + $1.size }
        }
    }

    /// The journal failed: nothing that is not durable has happened.
    func failed() {
        state.withLock { state in
            state.ledger.rollBack()
            state.durableTicket = state.nextTicket - 1
            state.jobs = []
            state.bytes = 0
            state.epoch += 1
        }
    }

    /// Nothing more is decided; what is queued is still written.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.notify()
    }
}
