import Core
import Shipping
import Testing
import Wire

/// failures 18: keep-alives missed, lids closed, clocks that jump by days.
@Suite("Silence and time")
struct LivenessTests {
    @Test("One ping after a quiet minute, a close when it is not answered")
    func pingThenClose() {
        var uplink = Uplink.shipping()
        #expect(uplink.deadline == Make.at(60))
        #expect(uplink.tick(Make.at(59)) == [])
        #expect(uplink.tick(Make.at(60)) == [.send(.ping, request: 0)])
        #expect(uplink.tick(Make.at(61)) == [])
        #expect(uplink.deadline == Make.at(120))
        expectClose(uplink.tick(Make.at(120)))
        #expect(uplink.tick(Make.at(500)) == [])
        #expect(uplink.deadline == Instant(nanoseconds: .max))
    }

    @Test("An answered ping, or anything else heard, begins a new minute")
    func answered() {
        var uplink = Uplink.shipping()
        _ = uplink.tick(Make.at(60))
        #expect(uplink.received(.pong, request: 0, now: Make.at(70)) == [])
        #expect(uplink.deadline == Make.at(130))
        #expect(uplink.received(.ping, request: 4, now: Make.at(90)) == [.send(.pong, request: 4)])
        #expect(uplink.deadline == Make.at(150))
    }

    @Test("A batch sent after 59 quiet seconds has its time to be answered")
    func lateBatch() {
        var uplink = Uplink.shipping()
        uplink.opened(1, Make.stream(9))
        let request = uplink.ship(1, Make.stream(9), 0..<10)
        #expect(uplink.tick(Make.at(60)) == [.send(.ping, request: 0)])
        _ = uplink.received(.pong, request: 0, now: Make.at(61))
        #expect(uplink.tick(Make.at(121)) == [.send(.ping, request: 0)])
        #expect(uplink.received(.ack, request: request, now: Make.at(122)) == [.acked(1, 10)])
    }

    @Test("A clock that jumps by days fires one timer, not a burst")
    func jump() {
        var uplink = Uplink.shipping()
        let days = 3 * 86_400 as Int64
        #expect(uplink.tick(Make.at(days)) == [.send(.ping, request: 0)])
        #expect(uplink.tick(Make.at(days)) == [])
        #expect(uplink.tick(Make.at(days + 59)) == [])
        #expect(uplink.deadline == Make.at(days + 60))
    }

    @Test("A receiver that does not greet is left after a minute, without a ping")
    func greeting() {
        var uplink = Uplink(sums: PositionSums(), now: Make.at(5))
        #expect(uplink.tick(Make.at(64)) == [])
        expectClose(uplink.tick(Make.at(65)))
    }
}

@Suite("Waits between attempts to connect")
struct BackoffTests {
    @Test("Each wait is between half and the whole of the doubled one, up to the longest")
    func bounds() {
        for random in [0, 1, 12_345_678_901, .max] as [UInt64] {
            var backoff = Backoff(first: .seconds(1), longest: .seconds(60))
            for attempt in 0..<100 {
                let whole = attempt < 6 ? Duration.seconds(1 << attempt) : .seconds(60)
                let wait = backoff.next(random: random)
                #expect(wait >= whole / 2 && wait <= whole)
            }
        }
    }

    @Test("The wait spreads over its range")
    func jitter() {
        let waits = (0..<1000).map { step in
            var backoff = Backoff(first: .seconds(2), longest: .seconds(60))
            return backoff.next(random: (UInt64(step) &* 0x9e37_79b9_7f4a_7c15) >> 8)
        }
        #expect(waits.filter { $0 < .milliseconds(1250) }.count > 150)
        #expect(waits.filter { $0 > .milliseconds(1750) }.count > 150)
    }

    @Test("A connection that worked begins anew")
    func reset() {
        var backoff = Backoff(first: .seconds(1), longest: .seconds(60))
        for _ in 0..<10 { _ = backoff.next(random: 0) }
        backoff.reset()
        #expect(backoff.next(random: 0) == .milliseconds(500))
    }

    @Test("No wait runs over into a short one", arguments: [17, 18, 20, 3600, 1 << 33] as [Int64])
    func overflow(_ first: Int64) {
        var backoff = Backoff(first: .seconds(first), longest: .seconds(1 << 33))
        var last = Duration.zero
        for _ in 0..<50 {
            let wait = backoff.next(random: 0)
            #expect(wait >= last)
            last = wait
        }
    }
}
