import Core
import Shipping
import Testing
import Wire

@testable import Receiver

@Suite("The queue in front of the journal")
struct JournalQueueTests {
    private let queue = JournalQueue(Ledger())

    /// Opens file `number` as a connection does, and gives what is left to it.
    @discardableResult
    private func open(
        _ number: UInt64,
        _ path: BytePath,
        epoch: UInt64? = nil
    ) -> [Intake.Action]? {
        queue.decide(Samples.key, epoch: epoch ?? queue.epoch, at: Samples.time) { ledger in
            guard
                case .resume(let resume, let entries) = ledger.open(
                    Samples.open(path),
                    by: Samples.agent,
                    mint: Samples.file(number)
                )
            else { return [] }
            return [.record(entries), .send(.resume(resume), request: 7)]
        }
    }

    private func ship(_ stream: StreamID, _ text: String, request: UInt32) throws {
        let payload = try Samples.batch(stream, text)
        let batch = Batch(chunks: [Chunk(stream: stream, offset: 0, length: text.utf8.count)])
        _ = queue.decide(Samples.key, epoch: queue.epoch, at: Samples.time) { ledger in
            guard case .accepted = ledger.accept(batch, from: Samples.agent) else { return [] }
            return [.recordBatch(payload: payload, batch: batch, request: request)]
        }
    }

    @Test("Records wait in the order of the decisions, and the rest is left to the connection")
    func order() throws {
        let rest = open(1, "a")
        #expect(rest?.count == 1)
        open(2, "b")
        try ship(Samples.stream(1), "text", request: 3)
        let jobs = try #require(queue.take())
        #expect(jobs.map(\.ticket) == [1, 2, 3, 4, 5])
        let kinds = jobs.map { job in
            switch job.content {
            case .entry(.fileCreated(let file, _, _, _)): "created \(file.rawValue)"
            case .entry(.generationBegan(let stream, _, _, _)): "began \(stream.file.rawValue)"
            case .entry(.renamed): "renamed"
            case .entry(.letGo): "let go"
            case .batch: "batch"
            case .seal: "seal"
            }
        }
        #expect(kinds == ["created 1", "began 1", "created 2", "began 2", "batch"])
        #expect(jobs.last?.acknowledge?.request == 3)
        #expect(jobs.first?.acknowledge == nil)
    }

    @Test("What is completed is durable and frees its room; nothing is durable before")
    func completed() throws {
        open(1, "a")
        try ship(Samples.stream(1), "text", request: 3)
        let jobs = try #require(queue.take())
        #expect(queue.waitingBytes == jobs.reduce(0) { $0 + $1.size })
        #expect(queue.read { $0.streams[Samples.stream(1)]?.durable } == 0)
        #expect(queue.read { $0.streams[Samples.stream(1)]?.accepted } == 4)
        queue.completed(jobs)
        #expect(queue.read { $0.streams[Samples.stream(1)]?.durable } == 4)
        #expect(queue.waitingBytes == 0)
    }

    @Test("A part of a round that is completed leaves the rest waiting")
    func partly() throws {
        open(1, "a")
        let first = try #require(queue.take())
        try ship(Samples.stream(1), "text", request: 3)
        queue.completed(first)
        #expect(queue.read { $0.streams[Samples.stream(1)]?.isRecorded } == true)
        #expect(queue.read { $0.streams[Samples.stream(1)]?.durable } == 0)
        #expect(queue.waitingBytes > 0)
    }

    @Test("A failure undoes what was not durable, and its epoch decides nothing more")
    func failed() throws {
        open(1, "a")
        queue.completed(try #require(queue.take()))
        let epoch = queue.epoch
        try ship(Samples.stream(1), "text", request: 3)
        open(2, "b")
        queue.failed()
        #expect(queue.waitingBytes == 0)
        #expect(queue.read { $0.files[Samples.file(2)] } == nil)
        #expect(queue.read { $0.streams[Samples.stream(1)]?.accepted } == 0)
        #expect(open(3, "c", epoch: epoch) == nil)
        #expect(queue.read { $0.files[Samples.file(3)] } == nil)
        #expect(open(3, "c") != nil)
        let jobs = try #require(queue.take())
        #expect(jobs.count == 2, "What the failure undid was not taken")
    }

    @Test("A closed queue decides nothing more and still gives what waits")
    func close() throws {
        open(1, "a")
        queue.close()
        #expect(open(2, "b") == nil)
        #expect(queue.take()?.count == 2)
        #expect(queue.take() == nil)
    }

    @Test("Batches count with their bytes against the high water mark")
    func size() {
        func job(_ content: JournalJob.Content) -> Int {
            JournalJob(ticket: 1, content: content, received: Samples.time).size
        }
        #expect(job(.batch([UInt8](repeating: 0, count: 5000))) == 5000)
        #expect(job(.entry(.renamed(Samples.file(1), "x"))) > 0)
        #expect(JournalQueue.highWater >= 2 * Limits.payloadBytes)
    }
}
