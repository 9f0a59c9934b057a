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
        case end(Int)
        case failure(OperatorError)
    }

    private struct State {
        var events: [Event] = []
        var isCancelled = false
        var isFinished = false
    }

    private static let depth = 1

    private let state = Mutex(State())
    private let produced = Signal()
    private let consumed = Signal()

    /// Reads all jobs in their order and gives what they yield to `body`, on the caller's thread.
    ///
    /// It returns when the reading thread has ended, whatever happened.
    static func read(
        _ jobs: [Job],
        with reader: SourceReader,
        niceness: Int32,
        _ body: (Event) throws(OperatorError) -> Void
    ) throws(OperatorError) {
        let ahead = ReadAhead()
        // The caller waits for the thread's end below and does not touch the reader until then.
        let box = Handover(reader)
        let thread = Thread.spawn(name: "parse", niceness: niceness) {
            if let reader = box.take() { ahead.produce(jobs, reader) }
        }
        defer {
            ahead.cancel()
            thread.join()
        }
        while let event = ahead.next() {
            if case .failure(let error) = event { throw error }
            try body(event)
        }
    }

    // MARK: The reading thread

    private func produce(_ jobs: [Job], _ reader: SourceReader) {
        do throws(OperatorError) {
            for (index, job) in jobs.enumerated() {
                try reader.read(job.source, from: job.position) { put(.piece(index, $0)) }
                guard put(.end(index)) else { break }
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
            let isTaken: Bool? = state.withLock { state in
                if state.isCancelled { return false }
                if case .piece = event, state.events.count >= ReadAhead.depth { return nil }
                state.events.append(event)
                return true
            }
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
        while true {
            let (event, isFinished) = state.withLock { state in
                (state.events.isEmpty ? nil : state.events.removeFirst(), state.isFinished)
            }
            if let event {
                consumed.notify()
                return event
            }
            if isFinished { return nil }
            produced.wait()
        }
    }

    private func cancel() {
        state.withLock { state in
            state.isCancelled = true
            state.events.removeAll()
        }
        consumed.notify()
    }
}
