import Core
import Shipping
import Testing
import Wire

@Suite("What the receiver lets go")
struct LettingGoTests {
    /// A ledger with one durable stream of ten bytes, and a journal that is durable when it is told.
    private struct Bench {
        var ledger = Ledger()
        let stream = Make.stream(1)
        private var sequence: UInt64 = 0

        init() {
            open("a")
            ship(0..<10)
            sync()
        }

        @discardableResult
        mutating func open(
            _ path: BytePath,
            size: UInt64 = 0,
            generation: Generation = 0
        ) -> Resume? {
            var request = Make.open(path, generation: generation)
            request.size = size
            let outcome = ledger.open(request, by: Make.agent, mint: Make.file(1))
            guard case .resume(let resume, _) = outcome else { return nil }
            return resume
        }

        @discardableResult
        mutating func ship(_ range: Range<UInt64>) -> Ledger.BatchOutcome {
            ledger.accept(Batch(chunks: [Make.chunk(stream, range)]), from: Make.agent)
        }

        mutating func sync() {
            sequence += 1
            ledger.recorded(sequence)
            ledger.durable(upTo: sequence)
        }
    }

    @Test(
        "Nothing of it is taken, listed or asked for",
        arguments: [LetGoReason.released, .erased]
    )
    func gone(_ reason: LetGoReason) {
        var bench = Bench()
        #expect(
            bench.ledger.letGo(bench.stream, reason) == .letGo(bench.stream, offset: 10, reason)
        )
        bench.sync()
        #expect(bench.ledger.positionSums(of: Make.agent) == PositionSums())
        #expect(bench.ledger.positions(of: Make.agent, in: .all) == [])
        #expect(bench.ledger.durableBytes == 0)
        #expect(bench.ship(0..<8) == .accepted(behind: []))
        #expect(
            bench.open("a", size: 10)
                == Resume(stream: bench.stream, offset: 10, status: .tombstone)
        )
        #expect(bench.ledger.letGo(bench.stream, reason) == nil)
    }

    @Test("What is written to an erased file is dropped and acknowledged")
    func erased() {
        var bench = Bench()
        _ = bench.ledger.letGo(bench.stream, .erased)
        bench.sync()
        #expect(bench.ship(10..<20) == .accepted(behind: []))
        #expect(bench.ledger.streams[bench.stream]?.accepted == 10)
        #expect(bench.open("a", size: 20)?.status == .tombstone)
    }

    @Test("What is written to a released file is of its next generation, and never lost")
    func released() {
        var bench = Bench()
        _ = bench.ledger.letGo(bench.stream, .released)
        bench.sync()
        guard case .refused(let refusal) = bench.ship(10..<20) else {
            Issue.record("the bytes were taken")
            return
        }
        #expect(refusal.code == .unknownStream)
        let next = Resume(stream: Make.stream(1, 2), offset: 0, status: .held)
        #expect(bench.open("a", size: 20, generation: 1) == next)
        // The answer was lost: the same is asked again.
        #expect(bench.open("a", size: 20, generation: 1) == next)
        #expect(bench.open("a", size: 20) == next)
    }

    @Test("A file is not released while bytes of it are on their way; it is erased all the same")
    func busy() {
        var bench = Bench()
        bench.ship(10..<15)
        #expect(bench.ledger.letGo(bench.stream, .released) == nil)
        #expect(
            bench.ledger.letGo(bench.stream, .erased)
                == .letGo(bench.stream, offset: 15, .erased)
        )
        bench.sync()
        #expect(bench.ledger.durableBytes == 0)
    }

    @Test("A journal that fails undoes it")
    func rollBack() {
        var bench = Bench()
        let sums = bench.ledger.positionSums(of: Make.agent)
        _ = bench.ledger.letGo(bench.stream, .released)
        bench.ledger.rollBack()
        #expect(bench.ledger.positionSums(of: Make.agent) == sums)
        #expect(bench.ledger.durableBytes == 10)
        #expect(
            bench.open("a", size: 20) == Resume(stream: bench.stream, offset: 10, status: .unproven)
        )
    }
}
