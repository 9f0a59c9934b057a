import Catalog
import Core
import Platform
import Synchronization

/// Reads streams on a thread of its own, a little ahead of the one that writes their rows.
///
/// At most `depth` pieces wait, so that memory stays bounded however slow the writer is.
final class ReadAhead: Sendable {
    /// A stream to read, and from where.
    struct Job: Sendable {
        var source: IngestSource
        var position: FilePosition
    }

    /// What the thread says of the job with this index.
    enum Event {
        case piece(Int, SourceReader.Piece)
        /// `isAll`: nothing is left to read, for now.
        case end(Int, isAll: Bool)
        case failure(OperatorError)
        /// Something else than the thread gave the signal.
        case woken
    }

    private struct State {
        var events: [Event] = []
        /// What was written; the thread that made it lets go of it, which would take a tenth of the writer's time.
        var used: [Event] = []
        var isCancelled = false
        var isFinished = false
    }

    private static let depth = 4

    private let state = Mutex(State())
    private let produced: Signal
    private let consumed = Signal()

    private init(_ produced: Signal) { self.produced = produced }

    /// Reads all jobs in their order and gives what they yield to `body`, on the caller's thread.
    ///
    /// It returns when the reading thread has ended, whatever happened.
    ///
    /// - Parameters:
    ///   - jobs: what is to be read.
    ///   - limit: bytes of each.
    ///   - reader: nobody else uses it meanwhile.
    ///   - niceness: of the thread.
    ///   - signal: what the caller waits on; others may give it too.
    ///   - body: what is done with each event; false when no more is wanted.
    /// - Throws: when something cannot be read, and what `body` throws.
    static func read(
        _ jobs: [Job],
        limit: UInt64,
        with reader: SourceReader,
        niceness: Int32,
        signal: Signal,
        _ body: (Event) throws(OperatorError) -> Bool
    ) throws(OperatorError) {
        let ahead = ReadAhead(signal)
        // The caller waits for the thread's end below and does not touch the reader until then.
        let box = Handover(reader)
        let thread = Thread.spawn(name: "parse", niceness: niceness) {
            if let reader = box.take() { ahead.produce(jobs, limit, reader) }
        }
        defer {
            ahead.cancel()
            thread.join()
        }
        while let event = ahead.next() {
            if case .failure(let error) = event { throw error }
            guard try body(event) else { return }
            ahead.giveBack(event)
        }
    }

    // MARK: The reading thread

    private func produce(_ jobs: [Job], _ limit: UInt64, _ reader: SourceReader) {
        do throws(OperatorError) {
            for (index, job) in jobs.enumerated() {
                let isAll = try reader.read(job.source, from: job.position, limit: limit) {
                    put(.piece(index, $0))
                }
                guard put(.end(index, isAll: isAll)) else { break }
            }
        } catch {
            _ = put(.failure(error))
        }
        state.withLock { $0.isFinished = true }
        produced.notify()
    }

    /// Waits for room; false when nobody wants it any more.
    private func put(_ event: Event) -> Bool {
        while true {
            var used: [Event] = []
            let isTaken: Bool? = state.withLock { state in
                swap(&used, &state.used)
                if state.isCancelled { return false }
                if case .piece = event, state.events.count >= ReadAhead.depth { return nil }
                state.events.append(event)
                return true
            }
            used.removeAll()
            if let isTaken {
                produced.notify()
                return isTaken
            }
            consumed.wait()
        }
    }

    // MARK: The writing thread

    /// Waits for the next event; nil after the last.
    private func next() -> Event? {
        var hasWaited = false
        while true {
            let (event, isFinished) = state.withLock { state in
                (state.events.isEmpty ? nil : state.events.removeFirst(), state.isFinished)
            }
            if let event {
                consumed.notify()
                return event
            }
            if isFinished { return nil }
            if hasWaited { return .woken }
            produced.wait()
            hasWaited = true
        }
    }

    private func giveBack(_ event: Event) { state.withLock { $0.used.append(event) } }

    private func cancel() {
        state.withLock { state in
            state.isCancelled = true
            state.events.removeAll()
        }
        consumed.notify()
    }
}
