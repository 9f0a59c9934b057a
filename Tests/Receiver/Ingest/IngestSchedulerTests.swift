import Core
import TestSupport
import Testing

@testable import Receiver

@Suite("Whose rows are made next")
struct IngestSchedulerTests {
    private static let start: Int64 = 1_000_000
    private static let little = Int(IngestScheduler.littleBytes)

    private func time(_ seconds: Double) -> WallTime {
        WallTime(nanoseconds: Int64((Double(Self.start) + seconds) * 1e9))
    }

    /// A file that was there long before the archive began with it at 0, unless it is said.
    private func source(
        _ number: UInt64,
        held: Int,
        at received: Double = 0,
        began: Double = 0,
        modified: Double = -100_000,
        isClosed: Bool = false
    ) -> IngestSource {
        IngestSource(
            stream: Samples.stream(number),
            agent: AgentID(high: 1, low: 1),
            source: "claude-code",
            path: "s.jsonl",
            held: UInt64(held),
            isVerified: false,
            isDeleted: false,
            isClosed: isClosed,
            isLatest: true,
            began: time(began),
            modified: time(modified),
            received: time(received)
        )
    }

    private func numbers(_ turn: IngestTurn?) -> [UInt64] {
        (turn?.sources ?? []).map { $0.stream.file.rawValue }
    }

    /// A scheduler that knows files of 1,000 bytes with rows of all of them, and nothing that waits.
    private func knowing(_ files: ClosedRange<UInt64>) -> IngestScheduler {
        var scheduler = IngestScheduler()
        for file in files { scheduler.changed(source(file, held: 1_000), at: time(0)) }
        while let turn = scheduler.next() { scheduler.finished(turn.sources.map { .done($0) }) }
        return scheduler
    }

    /// Which of two waiting streams is the first, where the other is one of a backfill that came before.
    private func isFirst(_ source: IngestSource, in scheduler: inout IngestScheduler) -> Bool {
        scheduler.changed(self.source(900, held: 5_000, modified: -61), at: time(0))
        scheduler.changed(source, at: source.received)
        let turn = scheduler.next()
        return numbers(turn) == [source.stream.file.rawValue]
    }

    // MARK: What is live

    @Test(
        "A file that was being written when the archive began with it, just now, goes first",
        arguments: [
            (began: 10.0, modified: 9.0, now: 10.0, isLive: true),
            // Clocks differ a little.
            (began: 10, modified: 69, now: 10, isLive: true),
            (began: 70, modified: 9, now: 70, isLive: false),
            (began: 10, modified: 71, now: 10, isLive: false),
            // As after a restart, when everything is told anew.
            (began: 10, modified: 9, now: 71, isLive: false),
        ]
    )
    func newborn(began: Double, modified: Double, now: Double, isLive: Bool) {
        var scheduler = IngestScheduler()
        scheduler.changed(source(900, held: 5_000, modified: -61), at: time(0))
        let young = source(1, held: 300, at: began, began: began, modified: modified)
        scheduler.changed(young, at: time(now))
        let first = numbers(scheduler.next())
        #expect((first == [1]) == isLive)
    }

    @Test(
        "A little more of a file with rows goes first; more may be one that is shipped in pieces",
        arguments: [(1, true), (little, true), (little + 1, false)]
    )
    func append(more: Int, isLive: Bool) {
        var scheduler = knowing(1...1)
        let isFirst = isFirst(source(1, held: 1_000 + more, at: 0.01), in: &scheduler)
        #expect(isFirst == isLive)
    }

    @Test("What was live once stays so, however long its lines are")
    func sticky() {
        var scheduler = knowing(1...1)
        let isFirst = isFirst(source(1, held: 1_500, at: 5), in: &scheduler)
        #expect(isFirst)
        scheduler.finished([.done(source(1, held: 1_500, at: 5))])
        scheduler.changed(source(1, held: 9_000_000, at: 5.1), at: time(5.1))
        let next = numbers(scheduler.next())
        #expect(next == [1])
    }

    @Test(
        "A file that waits, was quiet and grows a little goes first",
        arguments: [
            (more: 500, after: 1.0, isLive: true), (more: 500, after: 0.9, isLive: false),
            (more: little + 1, after: 60, isLive: false), (more: 0, after: 60, isLive: false),
        ]
    )
    func growing(more: Int, after: Double, isLive: Bool) {
        var scheduler = IngestScheduler()
        scheduler.changed(source(1, held: 3_000_000), at: time(0))
        let grown = source(1, held: 3_000_000 + more, at: after)
        let isFirst = isFirst(grown, in: &scheduler)
        #expect(isFirst == isLive)
    }

    @Test("A change without new bytes waits with the backfill")
    func facts() {
        var scheduler = knowing(1...1)
        let isFirst = isFirst(source(1, held: 1_000, at: 5), in: &scheduler)
        #expect(!isFirst)
        #expect(scheduler.count == 2)
    }

    // MARK: Turns

    @Test("The backfill takes the last written first, in turns of bounded bytes and streams")
    func backfill() {
        var scheduler = IngestScheduler()
        for file in 1...200 as ClosedRange<UInt64> {
            let written = Double(file * 37 % 200) - 100_000
            scheduler.changed(source(file, held: 10, modified: written), at: time(0))
        }
        var order: [UInt64] = []
        while let turn = scheduler.next() {
            #expect(turn.sources.count <= IngestScheduler.turnStreams)
            #expect(turn.limit == IngestScheduler.backfillBytes)
            order += numbers(turn)
            scheduler.finished(turn.sources.map { .done($0) })
        }
        let files: [UInt64] = Array(1...200)
        let wanted = files.sorted { (a: UInt64, b: UInt64) in a * 37 % 200 > b * 37 % 200 }
        #expect(order == wanted)
        for file in 1...9 as ClosedRange<UInt64> {
            scheduler.changed(source(file + 500, held: 3 << 20), at: time(0))
        }
        let last = scheduler.next()
        #expect(last?.sources.count == 3)
    }

    @Test("Between two pieces of the backfill only live lines have a turn, and each stream once")
    func urgent() {
        var scheduler = knowing(1...2)
        scheduler.changed(source(900, held: 50_000_000), at: time(0))
        let turn = scheduler.next()
        #expect(numbers(turn) == [900])
        let none = scheduler.urgent()
        #expect(none == nil)
        scheduler.changed(source(901, held: 5_000), at: time(1))
        scheduler.changed(source(1, held: 1_100, at: 2), at: time(2))
        // It is being read: nobody reads it twice at a time.
        scheduler.changed(source(900, held: 50_000_100, at: 2), at: time(2))
        let between = scheduler.urgent()
        #expect(numbers(between) == [1])
        let more = scheduler.urgent()
        #expect(more == nil)
        scheduler.finished([.done(source(1, held: 1_100, at: 2))])
        scheduler.finished([
            IngestOutcome(source: source(900, held: 50_000_000), rows: 9_000_000, isDone: false)
        ])
        let next = numbers(scheduler.next())
        #expect(next == [900])
        #expect(scheduler.backlog.bytes == 50_000_100 - 9_000_000 + 5_000)
    }

    @Test("Live lines without end leave the backfill a turn after seven of theirs")
    func share() {
        var scheduler = knowing(1...3)
        for file in 900..<905 as Range<UInt64> {
            scheduler.changed(source(file, held: 9 << 20), at: time(0))
        }
        var turns: [Bool] = []
        for round in 1...40 {
            let line = source(UInt64(round % 3 + 1), held: 1_000 + round, at: Double(round))
            scheduler.changed(line, at: time(Double(round)))
            guard let turn = scheduler.next() else { break }
            turns.append(numbers(turn).allSatisfy { $0 < 900 })
            scheduler.finished(turn.sources.map { .done($0) })
        }
        let wanted = (1...40).map { (round: Int) in round % 8 != 0 }
        #expect(turns == wanted)
    }

    @Test("A long live stream gives way to others after its part")
    func parts() {
        var scheduler = knowing(1...2)
        let long = source(1, held: 1_100, at: 1)
        scheduler.changed(long, at: time(1))
        _ = scheduler.next()
        scheduler.finished([.done(long)])
        let longer = source(1, held: 20 << 20, at: 2)
        scheduler.changed(longer, at: time(2))
        var turn = scheduler.next()
        #expect(numbers(turn) == [1] && turn?.limit == IngestScheduler.liveBytes)
        scheduler.changed(source(2, held: 1_100, at: 3), at: time(3))
        scheduler.finished([IngestOutcome(source: longer, rows: 1 << 20, isDone: false)])
        turn = scheduler.next()
        #expect(numbers(turn).first == 2)
    }

    // MARK: What goes wrong

    @Test("What failed waits again as of its newest state, and what is gone does not")
    func failure() {
        var scheduler = knowing(1...1)
        scheduler.changed(source(900, held: 100), at: time(0))
        scheduler.changed(source(901, held: 100), at: time(0))
        scheduler.changed(source(902, held: 100), at: time(0))
        let last = scheduler.next()
        #expect(last?.sources.count == 3)
        scheduler.changed(source(900, held: 200, at: 9), at: time(9))
        scheduler.letGo(Samples.stream(901))
        scheduler.failed()
        #expect(scheduler.count == 2)
        #expect(scheduler.backlog.since == time(0))
        var seen: [UInt64: UInt64] = [:]
        while let turn = scheduler.next() {
            for source in turn.sources { seen[source.stream.file.rawValue] = source.held }
            scheduler.finished(turn.sources.map { .done($0) })
        }
        #expect(seen == [900: 200, 902: 100])
        let isKnown = scheduler.changed(source(901, held: 300), at: time(10))
        #expect(!isKnown)
        #expect(!scheduler.isWaiting)
    }

    @Test(
        "Whatever happens, each stream is read to its end and in one hand at a time",
        arguments: 0..<30
    )
    func everything(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var scheduler = IngestScheduler()
        var held: [UInt64: Int] = [:]
        var rows: [StreamID: UInt64] = [:]
        var inHand: [StreamID: IngestSource] = [:]
        func hand(_ turn: IngestTurn?) -> IngestTurn? {
            for source in turn?.sources ?? [] {
                #expect(inHand.updateValue(source, forKey: source.stream) == nil)
            }
            return turn
        }
        func end(_ turn: IngestTurn, _ random: inout SeededRandom) {
            let outcomes = turn.sources.map { source in
                let most = min(source.held, (rows[source.stream] ?? 0) + turn.limit)
                let part = random.oneIn(3) ? (rows[source.stream] ?? 0) : most
                return part == source.held
                    ? .done(source) : IngestOutcome(source: source, rows: part, isDone: false)
            }
            for outcome in outcomes {
                rows[outcome.source.stream] = outcome.rows
                inHand[outcome.source.stream] = nil
            }
            scheduler.finished(outcomes)
        }
        for step in 0..<4_000 {
            if step < 3_000, random.oneIn(3) {
                let file = UInt64.random(in: 1...40, using: &random)
                held[file, default: 0] += random.oneIn(5) ? 700_000 : 200
                let state = source(
                    file,
                    held: held[file] ?? 0,
                    at: Double(step) / 3,
                    modified: random.oneIn(4) ? 0 : -9_000
                )
                scheduler.changed(state, at: time(Double(step) / 3))
            }
            guard let turn = hand(scheduler.next()) else { continue }
            while random.oneIn(2), let other = hand(scheduler.urgent()) { end(other, &random) }
            if step < 3_000, random.oneIn(20) {
                inHand = [:]
                scheduler.failed()
            } else {
                end(turn, &random)
            }
        }
        #expect(scheduler.count == 0)
        #expect(scheduler.backlog.bytes == 0)
        for (file, count) in held { #expect(rows[Samples.stream(file)] == UInt64(count)) }
    }
}
