import Archive
import Core
import Journal
import Platform
import Shipping
import Synchronization
import Wire

/// The thread that writes the journal: one `fdatasync` for everything that waited meanwhile.
///
/// After a failure nothing of the current round is acknowledged, all connections are dropped, and it tries
/// again with the next round, with agents paused until it succeeds.
final class JournalWriter: Sendable {
    private let queue: JournalQueue
    private let failure = Mutex<String?>(nil)
    private let thread = Mutex<Thread?>(nil)

    init(queue: JournalQueue) { self.queue = queue }

    /// What a round's end is told to.
    struct Outcomes: Sendable {
        /// The highest request of each connection that is durable now.
        var durable: @Sendable ([ConnectionKey: UInt32]) -> Void
        /// Nothing that was queued will be durable.
        var failed: @Sendable (OperatorError) -> Void
        /// The journal works again.
        var recovered: @Sendable () -> Void
    }

    /// Why the journal cannot be written, while it cannot.
    var currentFailure: String? { failure.withLock { $0 } }

    /// Hands the journal to its thread.
    func start(_ journal: Journal, _ outcomes: Outcomes) {
        let box = Handover(journal)
        let thread = Thread.spawn(name: "journal") { [self] in
            if let journal = box.take() { serve(journal, outcomes) }
        }
        self.thread.withLock { $0 = thread }
    }

    /// Waits until everything that was queued is written; close the queue first.
    func join() { thread.withLock { $0.take() }?.join() }

    private func serve(_ journal: Journal, _ outcomes: Outcomes) {
        while let jobs = queue.take() {
            do throws(OperatorError) {
                let records = jobs.compactMap(JournalWriter.record)
                if !records.isEmpty {
                    _ = try journal.write(records)
                    _ = try journal.commit()
                }
            } catch {
                fail(error, outcomes)
                probe(journal, outcomes)
                continue
            }
            if jobs.contains(where: \.isSeal) { seal(journal) }
            queue.completed(jobs)
            outcomes.durable(JournalWriter.acknowledgements(jobs))
            recover(outcomes)
        }
    }

    /// The segment is at its end even when the next one cannot be opened yet.
    private func seal(_ journal: Journal) {
        do throws(OperatorError) {
            try journal.roll()
        } catch {
            Log.warning("the next journal segment cannot be opened yet: \(error)")
        }
    }

    private func fail(_ error: OperatorError, _ outcomes: Outcomes) {
        queue.failed()
        if failure.withLock({ $0 }) == nil { Log.error(error) }
        failure.withLock { $0 = error.message + (error.cause.map { ": " + $0 } ?? "") }
        outcomes.failed(error)
    }

    /// Tries to open a new segment until that works: agents are paused and send nothing that would try.
    private func probe(_ journal: Journal, _ outcomes: Outcomes) {
        let pause = Signal()
        while !queue.isClosed {
            do throws(OperatorError) {
                try journal.roll()
                return recover(outcomes)
            } catch {
                _ = pause.wait(timeout: .seconds(1))
            }
        }
    }

    private func recover(_ outcomes: Outcomes) {
        let had = failure.withLock { failure in
            defer { failure = nil }
            return failure != nil
        }
        if had { outcomes.recovered() }
    }

    /// Nil for a job that records nothing.
    static func record(_ job: JournalJob) -> PendingRecord? {
        switch job.content {
        case .seal: nil
        case .entry(let entry): ArchiveRecord.pending(entry, received: job.received)
        case .batch(let payload): ArchiveRecord.pending(batch: payload, received: job.received)
        }
    }

    static func acknowledgements(_ jobs: [JournalJob]) -> [ConnectionKey: UInt32] {
        var highest: [ConnectionKey: UInt32] = [:]
        for job in jobs {
            if let (key, request) = job.acknowledge {
                highest[key] = max(highest[key] ?? 0, request)
            }
        }
        return highest
    }
}
