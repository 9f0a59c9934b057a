import Core
import Shipping
import Testing
import Wire

@Suite("The receiver's ledger")
struct LedgerTests {
    /// A ledger with a journal that is always durable at once.
    struct Bench {
        var ledger = Ledger()
        private var sequence: UInt64 = 0

        mutating func open(
            _ request: OpenRequest,
            mint: UInt64 = 1,
            by agent: AgentID = Make.agent
        ) -> Resume? {
            guard
                case .resume(let resume, _) = ledger.open(request, by: agent, mint: Make.file(mint))
            else { return nil }
            return resume
        }

        mutating func take(_ batch: Batch) -> [Resume]? {
            guard case .accepted(let behind) = ledger.accept(batch, from: Make.agent) else {
                return nil
            }
            return behind
        }

        mutating func ship(_ stream: StreamID, _ range: Range<UInt64>) -> [Resume]? {
            take(Batch(chunks: [Make.chunk(stream, range)]))
        }

        mutating func sync() {
            sequence += 1
            ledger.recorded(sequence)
            ledger.durable(upTo: sequence)
        }
    }

    // MARK: Opening

    @Test("A new path makes a file and its first generation, both for the journal")
    func mint() {
        var ledger = Ledger()
        let outcome = ledger.open(Make.open("a/b"), by: Make.agent, mint: Make.file(7))
        #expect(
            outcome
                == .resume(
                    Resume(stream: Make.stream(7), offset: 0, status: .held),
                    [
                        .fileCreated(Make.file(7), agent: Make.agent, source: "notes", path: "a/b"),
                        .generationBegan(
                            Make.stream(7),
                            reason: .first,
                            modified: WallTime(nanoseconds: 5),
                            mode: 0o644
                        ),
                    ]
                )
        )
    }

    @Test("A file is found by its path and by its id, of its own agent only")
    func find() {
        var bench = Bench()
        #expect(bench.open(Make.open("a"), mint: 1)?.stream == Make.stream(1))
        #expect(bench.open(Make.open("a"), mint: 2)?.stream == Make.stream(1))
        #expect(bench.open(Make.open("a", file: Make.file(1)), mint: 3)?.stream == Make.stream(1))
        #expect(bench.open(Make.open("a", source: "other"), mint: 4)?.stream == Make.stream(4))
        let foreign = Make.open("b", file: Make.file(1))
        #expect(bench.open(foreign, mint: 5, by: Make.other)?.stream == Make.stream(5))
        #expect(bench.ledger.files[Make.file(1)]?.path == "a")
    }

    @Test("A generation that is new begins, an old one stays")
    func generations() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        #expect(bench.ship(Make.stream(1), 0..<10) == [])
        let second = bench.open(Make.open("a", generation: 2), mint: 2)
        #expect(second == Resume(stream: Make.stream(1, 2), offset: 0, status: .held))
        bench.sync()
        #expect(bench.open(Make.open("a"), mint: 2)?.stream == Make.stream(1, 2))
        let first = bench.open(Make.open("a", generation: 1), mint: 2)
        #expect(first == Resume(stream: Make.stream(1), offset: 10, status: .unproven))
    }

    @Test("Renamed while nobody listened: the id finds the file, and the path follows")
    func renamedOffline() {
        var bench = Bench()
        _ = bench.open(Make.open("old"), mint: 1)
        let request = Make.open("new", file: Make.file(1))
        let outcome = bench.ledger.open(request, by: Make.agent, mint: Make.file(2))
        #expect(
            outcome
                == .resume(
                    Resume(stream: Make.stream(1), offset: 0, status: .held),
                    [.renamed(Make.file(1), "new")]
                )
        )
        #expect(bench.open(Make.open("new"), mint: 3)?.stream == Make.stream(1))
        #expect(bench.open(Make.open("old"), mint: 3)?.stream == Make.stream(3))
    }

    @Test("An old generation that is still drained does not take the path back")
    func drainingGeneration() {
        var bench = Bench()
        _ = bench.open(Make.open("log"), mint: 1)
        _ = bench.open(Make.open("log", generation: 2), mint: 2)
        let rotated = Make.open("log.1", file: Make.file(1), generation: 1)
        #expect(bench.open(rotated, mint: 2)?.stream == Make.stream(1))
        #expect(bench.ledger.files[Make.file(1)]?.path == "log")
    }

    @Test("What is held beyond the agent's proof is compared before more is taken")
    func unproven() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        _ = bench.ship(Make.stream(1), 0..<10)
        bench.sync()
        let id = Make.file(1)
        #expect(bench.open(Make.open("a", file: id, proven: 10))?.status == .held)
        #expect(bench.open(Make.open("a", file: id, proven: 99))?.status == .held)
        #expect(bench.open(Make.open("a", file: id, proven: 9))?.status == .unproven)
    }

    @Test("failures 22: a proof for a file that a restored receiver lacks is none for its namesake")
    func proofOfAnother() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        _ = bench.ship(Make.stream(1), 0..<10)
        bench.sync()
        let resume = bench.open(Make.open("a", file: Make.file(8), proven: 500), mint: 9)
        #expect(resume == Resume(stream: Make.stream(1), offset: 10, status: .unproven))
    }

    @Test("A restored receiver begins no generation in the namesake of a file that it lacks")
    func generationOfAnother() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        let request = Make.open("a", file: Make.file(8), generation: 3)
        #expect(bench.open(request, mint: 9)?.stream == Make.stream(1))
        #expect(bench.ledger.files[Make.file(1)]?.latest == 1)
        let elsewhere = Make.open("b", file: Make.file(8), generation: 3)
        #expect(bench.open(elsewhere, mint: 9)?.stream == Make.stream(9, 3))
    }

    @Test("A file of its own takes the path from another, which its id still finds")
    func newFile() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        bench.sync()
        #expect(bench.open(Make.open("a", isNew: true), mint: 2)?.stream == Make.stream(2))
        #expect(bench.open(Make.open("a"), mint: 3)?.stream == Make.stream(2))
        #expect(bench.open(Make.open("a", file: Make.file(1)), mint: 3)?.stream == Make.stream(1))
        bench.ledger.rollBack()
        #expect(bench.open(Make.open("a"), mint: 3)?.stream == Make.stream(1))
    }

    @Test("A file id is never given twice")
    func mintedTwice() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        #expect(bench.open(Make.open("b"), mint: 1) == nil)
        #expect(bench.open(Make.open("b"), mint: 2)?.stream == Make.stream(2))
    }

    @Test(
        "Sources are named as folders can be",
        arguments: ["", "A", "a/b", "..", "-a", "ä", "a b"]
    )
    func badSource(_ name: String) {
        var bench = Bench()
        #expect(bench.open(Make.open("a", source: name)) == nil)
    }

    // MARK: Chunks

    @Test("Repeated, overlapping and reordered chunks are harmless")
    func harmless() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        let stream = Make.stream(1)
        #expect(bench.ship(stream, 0..<10) == [])
        #expect(bench.ship(stream, 0..<10) == [])
        #expect(bench.ship(stream, 5..<15) == [])
        #expect(bench.ship(stream, 2..<4) == [])
        #expect(bench.ledger.streams[stream]?.accepted == 15)
        #expect(
            bench.ship(stream, 20..<30) == [Resume(stream: stream, offset: 15, status: .behind)]
        )
        #expect(bench.ledger.streams[stream]?.accepted == 15)
        #expect(bench.ship(stream, 15..<20) == [])
        bench.sync()
        #expect(bench.ledger.streams[stream]?.durable == 20)
        #expect(bench.ledger.durableBytes == 20)
    }

    @Test("A chunk that continues another of the same batch fits")
    func chained() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        let stream = Make.stream(1)
        let batch = Batch(chunks: [Make.chunk(stream, 0..<5), Make.chunk(stream, 5..<9)])
        #expect(bench.take(batch) == [])
        #expect(bench.ledger.streams[stream]?.accepted == 9)
    }

    @Test("What was let go stays gone: nothing of it is taken, listed or asked for")
    func tombstone() {
        var bench = Bench()
        let stream = Make.stream(1)
        bench.ledger.load(
            Make.file(1),
            Ledger.File(agent: Make.agent, source: "notes", path: "a", latest: 1),
            streams: [1: Ledger.Stream(durable: 10, isRecorded: true, isTombstone: true)]
        )
        #expect(bench.ledger.positionSums(of: Make.agent) == PositionSums())
        let resume = bench.open(Make.open("a"))
        #expect(resume == Resume(stream: stream, offset: 10, status: .tombstone))
        for range in [0..<8, 10..<12, 20..<22] as [Range<UInt64>] {
            #expect(bench.ship(stream, range) == [])
            #expect(bench.ledger.streams[stream]?.accepted == 10)
        }
        let next = bench.open(Make.open("a", generation: 2))
        #expect(next == Resume(stream: Make.stream(1, 2), offset: 0, status: .held))
    }

    // MARK: Events

    @Test("A closed stream leaves the digest and wants nothing more")
    func closed() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        let stream = Make.stream(1)
        let batch = Batch(
            chunks: [Make.chunk(stream, 0..<5)],
            events: [FileEvent(.closed, stream, value: 5)]
        )
        #expect(bench.take(batch) == [])
        bench.sync()
        #expect(bench.ledger.positionSums(of: Make.agent) == PositionSums())
        #expect(bench.ledger.positions(of: Make.agent, in: .all) == [])
        #expect(bench.open(Make.open("a"))?.status == .closed)
        let next = bench.open(Make.open("a", generation: 2))
        #expect(next == Resume(stream: Make.stream(1, 2), offset: 0, status: .held))
    }

    @Test("A stream is not closed while bytes of it are missing")
    func closedTooEarly() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        let stream = Make.stream(1)
        let batch = Batch(
            chunks: [Make.chunk(stream, 3..<5)],
            events: [FileEvent(.closed, stream, value: 5)]
        )
        let behind = Resume(stream: stream, offset: 0, status: .behind)
        #expect(bench.take(batch) == [behind, behind])
        bench.sync()
        #expect(bench.open(Make.open("a"))?.status == .held)
    }

    @Test("A renamed event moves the path; a bad one is refused with nothing taken")
    func renamed() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        let stream = Make.stream(1)
        #expect(bench.take(Batch(events: [FileEvent(.renamed, stream, path: "b/c")])) == [])
        #expect(bench.ledger.files[Make.file(1)]?.path == "b/c")
        let bad = Batch(
            chunks: [Make.chunk(stream, 0..<5)],
            events: [FileEvent(.renamed, stream, path: "../x")]
        )
        #expect(bench.take(bad) == nil)
        #expect(bench.ledger.streams[stream]?.accepted == 0)
    }

    @Test("A rename that did not last gives the path back to the file that had it")
    func renameUndone() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        _ = bench.open(Make.open("b"), mint: 2)
        bench.sync()
        _ = bench.take(Batch(events: [FileEvent(.renamed, Make.stream(1), path: "b")]))
        #expect(bench.open(Make.open("b"), mint: 3)?.stream == Make.stream(1))
        bench.ledger.rollBack()
        #expect(bench.open(Make.open("b"), mint: 3)?.stream == Make.stream(2))
        #expect(bench.open(Make.open("a"), mint: 3)?.stream == Make.stream(1))
    }

    // MARK: Durability

    @Test("failures 1: nothing counts as held before the journal is on the disk")
    func durability() {
        var ledger = Ledger()
        _ = ledger.open(Make.open("a"), by: Make.agent, mint: Make.file(1))
        ledger.recorded(1)
        let stream = Make.stream(1)
        _ = ledger.accept(Batch(chunks: [Make.chunk(stream, 0..<10)]), from: Make.agent)
        ledger.recorded(2)
        #expect(!ledger.isSettled(Make.agent))
        #expect(ledger.isSettled(Make.other))
        #expect(ledger.positionSums(of: Make.agent) == PositionSums())
        ledger.durable(upTo: 1)
        #expect(
            ledger.positions(of: Make.agent, in: .all) == [Position(stream: stream, offset: 0)]
        )
        ledger.durable(upTo: 2)
        #expect(
            ledger.positions(of: Make.agent, in: .all) == [Position(stream: stream, offset: 10)]
        )
        #expect(ledger.isSettled(Make.agent))
    }

    @Test("failures 11: after a failed sync everything is as if it had never come")
    func rollBack() {
        var bench = Bench()
        _ = bench.open(Make.open("a"), mint: 1)
        _ = bench.ship(Make.stream(1), 0..<10)
        bench.sync()
        let sums = bench.ledger.positionSums(of: Make.agent)
        _ = bench.ship(Make.stream(1), 10..<20)
        _ = bench.open(Make.open("a", generation: 2), mint: 2)
        _ = bench.open(Make.open("b"), mint: 3)
        bench.ledger.recorded(9)
        bench.ledger.rollBack()
        bench.ledger.durable(upTo: 9)
        #expect(bench.ledger.streams.keys.sorted() == [Make.stream(1)])
        #expect(bench.ledger.streams[Make.stream(1)]?.accepted == 10)
        #expect(bench.ledger.files.count == 1)
        #expect(bench.ledger.files[Make.file(1)]?.latest == 1)
        #expect(bench.ledger.positionSums(of: Make.agent) == sums)
        #expect(bench.ship(Make.stream(1), 20..<30)?.first?.offset == 10)
    }

    @Test("Only listed buckets are listed")
    func buckets() {
        var bench = Bench()
        for number in 1...300 as ClosedRange<UInt64> {
            _ = bench.open(Make.open(BytePath("\(number)")), mint: number)
        }
        bench.sync()
        var set = BucketSet()
        set.insert(3)
        #expect(
            bench.ledger.positions(of: Make.agent, in: set).map(\.stream)
                == [Make.stream(3), Make.stream(259)]
        )
        #expect(bench.ledger.positions(of: Make.other, in: .all) == [])
    }
}
