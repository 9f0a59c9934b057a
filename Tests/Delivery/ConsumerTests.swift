import Core
import Testing

@testable import Delivery

/// A consumer with a clock and a backend that the test plays.
private struct Play {
    var consumer: Consumer
    var now = Instant.zero
    /// What was delivered, part by part.
    var delivered: [[Int]] = []
    var stored: [Consumer.Progress] = []

    init(head: Int64, cursor: Int64? = 0, epoch: UInt64 = 1) {
        var policy = DeliveryPolicy()
        policy.batchRows = 10
        policy.batchAge = .milliseconds(100)
        policy.retryFirst = .seconds(1)
        policy.retryLongest = .seconds(60)
        consumer = Consumer(
            policy: policy,
            cursor: cursor.map { Cursor(epoch: 1, rev: $0) },
            head: Cursor(epoch: epoch, rev: head)
        )
    }

    /// Goes on until the consumer waits; each rev is a row.
    ///
    /// `answer` is what the backend says to a part.
    mutating func run(_ answer: (Part) -> Refusal? = { _ in nil }) -> Instant? {
        for _ in 0..<10_000 {
            switch consumer.next(now: now) {
            case .wait(let until): return until
            case .prepare: consumer.prepared()
            case .read(let after, let rows):
                let through = min(consumer.head.rev, after.rev + Int64(rows))
                consumer.read(
                    Page(
                        rows: Int(through - after.rev),
                        through: Cursor(epoch: consumer.head.epoch, rev: through),
                        hasMore: through < consumer.head.rev
                    ),
                    now: now
                )
            case .readLetters:
                consumer.read(Page(rows: 0, through: consumer.head, isReplay: true), now: now)
            case .deliver(let part):
                if let refusal = answer(part) {
                    consumer.refused(refusal, random: 0, now: now)
                } else {
                    delivered.append(part.rows)
                    consumer.accepted()
                }
            case .store(let progress):
                stored.append(progress)
                consumer.stored()
            }
        }
        Issue.record("it never rests")
        return nil
    }

    mutating func pass(_ time: Duration) { now = now + time }
}

@Suite("A consumer")
struct ConsumerTests {
    @Test(
        "What waited when the receiver ended is looked at when it begins again, though nothing is new"
    )
    func waitingAtTheStart() {
        var play = Play(head: 5, cursor: 5)
        #expect(play.consumer.next(now: play.now) == .prepare)
        play.consumer.prepared(hasWaiting: true)
        #expect(play.consumer.next(now: play.now) == .read(after: play.consumer.head, rows: 10))
        #expect(play.run() == nil)
    }

    @Test("New rows wait for more until the batch is old enough, then all go")
    func batchAge() {
        var play = Play(head: 5)
        #expect(play.run() == Instant.zero + .milliseconds(100))
        #expect(play.delivered.isEmpty)
        play.pass(.milliseconds(100))
        #expect(play.run() == nil)
        #expect(play.delivered == [[0, 1, 2, 3, 4]])
        #expect(play.consumer.cursor == Cursor(epoch: 1, rev: 5))
        #expect(play.consumer.state == .current)
    }

    @Test("A whole batch waits for nothing")
    func wholeBatch() {
        var play = Play(head: 10)
        #expect(play.run() == nil)
        #expect(play.delivered == [Array(0..<10)])
    }

    @Test("A backlog goes page by page, without a pause between full ones")
    func backlog() {
        var play = Play(head: 25)
        play.pass(.milliseconds(100))
        _ = play.run()
        play.pass(.milliseconds(100))
        _ = play.run()
        #expect(play.stored.compactMap { $0.cursor?.rev } == [10, 20, 25])
    }

    @Test(
        "A cursor of another epoch, or ahead of the catalog, begins at the beginning",
        arguments: [Cursor(epoch: 2, rev: 7), Cursor(epoch: 1, rev: 900)]
    )
    func otherEpoch(cursor: Cursor) {
        let epoch = cursor.epoch
        var play = Play(head: 10, cursor: cursor.rev, epoch: epoch)
        _ = play.run()
        play.pass(.seconds(1))
        _ = play.run()
        #expect(play.stored.first?.cursor == Cursor(epoch: epoch, rev: 10))
        #expect(play.delivered == [Array(0..<10)])
    }

    @Test(
        "A backend that refuses for now is tried again, later each time, and nothing is passed over"
    )
    func retry() {
        var play = Play(head: 3)
        _ = play.run()
        play.pass(.seconds(1))
        var waits: [Duration] = []
        for _ in 0..<9 {
            let until = play.run { _ in .temporary("down") } ?? play.now
            waits.append(until - play.now)
            play.now = until
        }
        // Half of each wait is jitter, which is 0 here.
        #expect(waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30].map { Duration.seconds($0) })
        #expect(play.consumer.state == .retrying)
        #expect(play.consumer.isCircuitOpen)
        #expect(play.delivered.isEmpty)
        play.pass(.seconds(120))
        _ = play.run()
        play.pass(.seconds(1))
        _ = play.run()
        #expect(play.delivered == [[0, 1, 2]])
        #expect(play.consumer.trouble == nil)
    }

    @Test(
        "A poison row that the backend does not name is found by halving, and alone goes to the dead letters",
        arguments: 0..<10
    )
    func poison(row: Int) {
        var play = Play(head: 10)
        _ = play.run { $0.rows.contains(row) ? .part("bad") : nil }
        #expect(play.stored.first?.letters == [row: "bad"])
        #expect(play.delivered.flatMap { $0 }.sorted() == (0..<10).filter { $0 != row })
        #expect(play.consumer.cursor?.rev == 10)
    }

    @Test("A table that refuses every row is prepared once more before a row is given up")
    func changedTable() {
        var play = Play(head: 8)
        play.pass(.seconds(1))
        _ = play.run()
        play.pass(.seconds(1))
        var prepared = 0
        for _ in 0..<100 {
            switch play.consumer.next(now: play.now) {
            case .prepare:
                prepared += 1
                play.consumer.prepared()
            case .read(let after, _):
                let through = Cursor(epoch: after.epoch, rev: 8)
                play.consumer.read(Page(rows: 8, through: through), now: play.now)
            case .deliver(let part):
                if prepared == 0 {
                    play.consumer.refused(.part("no such column"), random: 0, now: play.now)
                } else {
                    play.delivered.append(part.rows)
                    play.consumer.accepted()
                }
            case .store(let progress):
                play.stored.append(progress)
                play.consumer.stored()
            case .readLetters, .wait: break
            }
        }
        #expect(prepared == 1)
        #expect(play.stored.map(\.letters) == [[:]])
        #expect(play.delivered.flatMap { $0 }.sorted() == Array(0..<8))
    }

    @Test("Rows that the backend names go to the dead letters with its words, the others again")
    func namedRows() {
        var play = Play(head: 4)
        play.pass(.seconds(1))
        _ = play.run()
        play.pass(.seconds(1))
        _ = play.run { $0.rows.count == 4 ? .rows([1: "too big", 3: "no date"]) : nil }
        #expect(play.stored.first?.letters == [1: "too big", 3: "no date"])
        #expect(play.delivered == [[0, 2]])
    }

    @Test("The last part of a page says so, whatever became of the others")
    func lastPart() {
        var play = Play(head: 8)
        play.pass(.seconds(1))
        _ = play.run()
        play.pass(.seconds(1))
        var last: [Bool] = []
        _ = play.run { part in
            if part.rows.count > 2 { return .part("halve") }
            last.append(part.isLast)
            return nil
        }
        #expect(last == [false, false, false, true])
    }

    @Test("Paused it does nothing, and resumed it goes on where it was")
    func pause() {
        var play = Play(head: 5)
        play.consumer.pause()
        #expect(play.consumer.next(now: play.now) == .wait(until: nil))
        #expect(play.consumer.state == .paused)
        play.consumer.resume()
        _ = play.run()
        play.pass(.seconds(1))
        _ = play.run()
        #expect(play.delivered == [[0, 1, 2, 3, 4]])
    }

    @Test("After a rewind the rows go again")
    func rewind() {
        var play = Play(head: 5)
        for _ in 0..<2 {
            _ = play.run()
            play.pass(.seconds(1))
            _ = play.run()
            play.consumer.rewind(to: Cursor(epoch: 1, rev: 2))
        }
        #expect(play.delivered == [[0, 1, 2, 3, 4], [0, 1, 2]])
    }

    @Test("Skipping puts one row to the dead letters, though the backend refuses it")
    func skip() {
        var play = Play(head: 5)
        _ = play.run()
        play.pass(.seconds(1))
        _ = play.run { _ in .temporary("cannot") }
        play.consumer.skip()
        play.pass(.seconds(1))
        _ = play.run { _ in nil }
        play.pass(.seconds(1))
        _ = play.run { _ in nil }
        #expect(play.stored.first?.letters == [0: "skipped by order"])
        #expect(play.stored.first?.cursor?.rev == 1)
        #expect(play.delivered == [[0, 1, 2, 3]])
    }

    @Test("What needs a person is told as blocked, and tried again all the same")
    func blocked() {
        var play = Play(head: 1)
        _ = play.run()
        play.pass(.seconds(1))
        let until = play.run { _ in .blocked("wrong password", remedy: "correct it") }
        #expect(play.consumer.state == .blocked)
        play.now = until ?? play.now
        _ = play.run()
        play.pass(.seconds(1))
        _ = play.run()
        #expect(play.delivered == [[0]])
    }

    @Test(
        "Whatever a backend answers, and in whatever order, every row is delivered or dead, and the cursor arrives",
        arguments: 0..<200
    )
    func anyHistory(seed: UInt64) {
        var random = SplitMix(state: seed &* 0x9e37_79b9 &+ 1)
        var play = Play(head: Int64(random.next() % 60))
        let poison = Set((0..<3).map { _ in Int(random.next() % 10) })
        for _ in 0..<400 {
            let until = play.run { part in
                switch random.next() % 5 {
                case 0: return .temporary("busy")
                case 1 where !poison.isDisjoint(with: part.rows): return .part("poison")
                case 2:
                    let bad = part.rows.indices.filter { poison.contains(part.rows[$0]) }
                    return bad.isEmpty
                        ? nil : .rows(Dictionary(uniqueKeysWithValues: bad.map { ($0, "poison") }))
                default: return poison.isDisjoint(with: part.rows) ? nil : .part("poison")
                }
            }
            guard let until else { break }
            play.now = max(play.now, until)
        }
        #expect(play.consumer.cursor?.rev == play.consumer.head.rev)
        for progress in play.stored { #expect(Set(progress.letters.keys).isSubset(of: poison)) }
        let revs = play.stored.compactMap { $0.cursor?.rev }
        #expect(revs == revs.sorted(), "a cursor never goes back by itself")
    }
}

/// A small generator with a seed, for histories that can be repeated.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
