import Core
import Tailing
import TestSupport
import Testing

@Suite("Two lanes")
struct LaneSchedulerTests {
    /// A store of due streams, as the scheduler asks it.
    struct Store {
        var due: [HistoryEntry]
        func page(after entry: HistoryEntry?, limit: Int) -> [HistoryEntry] {
            let sorted = due.sorted {
                ($0.modified.nanoseconds, $0.stream) > ($1.modified.nanoseconds, $1.stream)
            }
            guard let entry else { return Array(sorted.prefix(limit)) }
            let rest = sorted.drop {
                ($0.modified.nanoseconds, $0.stream) >= (entry.modified.nanoseconds, entry.stream)
            }
            return Array(rest.prefix(limit))
        }
    }

    static func store(_ count: Int) -> Store {
        Store(
            due: (1...count).map {
                HistoryEntry(modified: WallTime(nanoseconds: Int64($0)), stream: Int64($0))
            }
        )
    }

    /// Goes on to the next turn of a stream; nil when nothing waits.
    static func turn(_ lanes: inout LaneScheduler, _ store: Store) -> LaneScheduler.Turn? {
        while true {
            switch lanes.next {
            case .fetchPage(let entry, let limit):
                lanes.page(store.page(after: entry, limit: limit))
            case .idle: return nil
            case .live, .history: return lanes.next
            }
        }
    }

    @Test("History goes newest first, each stream once, a page at a time in memory")
    func newestFirst() {
        var lanes = LaneScheduler()
        let store = LaneSchedulerTests.store(1000)
        var order: [StreamNumber] = []
        var most = 0
        while case .history(let stream) = LaneSchedulerTests.turn(&lanes, store) {
            order.append(stream)
            most = max(most, lanes.count)
            lanes.served(stream, more: false)
        }
        #expect(order == (1...1000).reversed().map { StreamNumber($0) })
        #expect(most <= LaneScheduler.pageSize)
    }

    @Test("A live line overtakes a backfill")
    func overtakes() {
        var lanes = LaneScheduler()
        let store = LaneSchedulerTests.store(10)
        #expect(LaneSchedulerTests.turn(&lanes, store) == .history(10))
        lanes.served(10, more: true)
        lanes.wrote(99)
        #expect(lanes.next == .live(99))
        lanes.served(99, more: false)
        #expect(lanes.next == .history(10))
    }

    @Test("A history file that is written to moves to the live lane and is not sent twice")
    func moves() {
        var lanes = LaneScheduler()
        var store = LaneSchedulerTests.store(3)
        #expect(LaneSchedulerTests.turn(&lanes, store) == .history(3))
        lanes.wrote(2)
        lanes.served(2, more: false)
        store.due.removeAll { $0.stream == 2 }
        var order: [StreamNumber] = []
        while case .history(let stream) = LaneSchedulerTests.turn(&lanes, store) {
            order.append(stream)
            lanes.served(stream, more: false)
        }
        #expect(order == [3, 1])
    }

    @Test("History that is held back waits for a gap, but not for ever")
    func heldBack() {
        var lanes = LaneScheduler()
        #expect(LaneSchedulerTests.turn(&lanes, LaneSchedulerTests.store(5)) == .history(5))
        #expect(lanes.next(holdingHistory: true) == .idle)
        lanes.wrote(99)
        for _ in 0..<LaneScheduler.liveTurns {
            #expect(lanes.next(holdingHistory: true) == .live(99))
            lanes.served(99, more: true)
        }
        #expect(lanes.next(holdingHistory: true) == .history(5))
        lanes.served(5, more: true)
        #expect(lanes.next(holdingHistory: true) == .live(99))
    }

    @Test("A turn of history ends when another stream has used it, or nobody could")
    func passed() {
        var lanes = LaneScheduler()
        #expect(LaneSchedulerTests.turn(&lanes, LaneSchedulerTests.store(5)) == .history(5))
        lanes.wrote(98)
        lanes.wrote(99)
        for _ in 0..<LaneScheduler.liveTurns {
            guard case .live(let stream) = lanes.next else { break }
            lanes.served(stream, more: true)
        }
        #expect(lanes.next == .history(5))
        var liveGoesOn = lanes.passedHistory()
        #expect(liveGoesOn)
        #expect(lanes.next == .live(99))
        lanes.served(98, more: false)
        lanes.served(99, more: false)
        liveGoesOn = lanes.passedHistory()
        #expect(!liveGoesOn)
    }

    @Test("Live files take turns")
    func roundRobin() {
        var lanes = LaneScheduler()
        for stream in [1, 2, 3] as [StreamNumber] { lanes.wrote(stream) }
        lanes.page([])
        var order: [StreamNumber] = []
        for _ in 0..<6 {
            guard case .live(let stream) = lanes.next else { break }
            order.append(stream)
            lanes.served(stream, more: true)
        }
        #expect(order == [1, 2, 3, 1, 2, 3])
    }

    @Test("Neither lane starves the other")
    func fairness() {
        var lanes = LaneScheduler()
        let store = LaneSchedulerTests.store(5)
        lanes.wrote(50)
        var live = 0
        var history = 0
        for _ in 0..<800 {
            switch LaneSchedulerTests.turn(&lanes, store) {
            case .live(let stream)?:
                live += 1
                lanes.served(stream, more: true)
            case .history(let stream)?:
                history += 1
                lanes.served(stream, more: true)
            default: break
            }
        }
        #expect(live == 700 && history == 100)
    }

    @Test("A busy live lane without history keeps all turns")
    func noHistory() {
        var lanes = LaneScheduler()
        let store = Store(due: [])
        lanes.wrote(1)
        for _ in 0..<50 {
            #expect(LaneSchedulerTests.turn(&lanes, store) == .live(1))
            lanes.served(1, more: true)
        }
    }

    @Test("10,000 files written at once wait in the store, not in memory")
    func flood() {
        var lanes = LaneScheduler()
        let store = LaneSchedulerTests.store(10_000)
        for stream in store.due { lanes.wrote(stream.stream) }
        #expect(lanes.count <= LaneScheduler.liveLimit)
        var served: Set<StreamNumber> = []
        while let turn = LaneSchedulerTests.turn(&lanes, store) {
            guard case .live(let stream) = turn else {
                guard case .history(let stream) = turn else { break }
                served.insert(stream)
                lanes.served(stream, more: false)
                continue
            }
            served.insert(stream)
            lanes.served(stream, more: false)
        }
        #expect(served.count == 10_000)
    }

    @Test("What a later scan finds is asked for after the page in hand")
    func foundLater() {
        var lanes = LaneScheduler()
        var store = LaneSchedulerTests.store(2)
        #expect(LaneSchedulerTests.turn(&lanes, store) == .history(2))
        store.due.append(HistoryEntry(modified: look, stream: 77))
        lanes.foundHistory()
        lanes.served(2, more: false)
        store.due.removeAll { $0.stream == 2 }
        #expect(LaneSchedulerTests.turn(&lanes, store) == .history(1))
        lanes.served(1, more: false)
        #expect(LaneSchedulerTests.turn(&lanes, store) == .history(77))
    }
}
