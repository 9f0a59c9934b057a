import Core
import Testing

@testable import Delivery

@Suite("The judgement of a consumer's lag")
struct LagWindowTests {
    private func judge(
        _ samples: [(cursor: Int64, lag: Int64)],
        later: Duration = .zero,
        isWaiting: Bool = true
    ) -> LagWindow.Judgement {
        var window = LagWindow()
        var now = Instant.zero
        for sample in samples {
            now = now + .seconds(5)
            window.add(LagWindow.Sample(time: now, cursor: sample.cursor, lag: sample.lag))
        }
        return window.judgement(now: now + later, waitingSince: isWaiting ? now : nil)
    }

    private let ten = Array(0..<10).map { Int64($0) }

    @Test("Any moment without a lag is well")
    func caughtUp() {
        #expect(judge(ten.map { (5, $0 == 4 ? 0 : 10 + $0) }) == .ok)
    }

    @Test("A cursor that stands while there is something to do is stalled")
    func stalled() { #expect(judge(ten.map { (5, 10 + $0) }) == .stalled) }

    @Test("A cursor that moves while the lag never falls is a warning")
    func warning() { #expect(judge(ten.map { ($0, 10 + $0) }) == .warning) }

    @Test("A lag that falls is well")
    func falling() { #expect(judge(ten.map { ($0, 100 - $0) }) == .ok) }

    @Test("Silence for longer than the window is a stop")
    func stopped() { #expect(judge(ten.map { ($0, 1) }, later: .seconds(60)) == .stopped) }

    @Test("Silence after it had caught up is a stop too, once something waits")
    func silentAfterAll() {
        #expect(judge(ten.map { ($0, 0) }, later: .seconds(40)) == .ok)
        #expect(judge(ten.map { ($0, 0) }, later: .seconds(60)) == .stopped)
        #expect(judge([(1, 0)], later: .seconds(60)) == .stopped)
    }

    @Test("Silence with nothing to do is well")
    func idle() {
        #expect(judge(ten.map { ($0, 0) }, later: .seconds(600), isWaiting: false) == .ok)
    }

    @Test("Too few looks are no judgement")
    func few() { #expect(judge([(5, 10), (5, 11)]) == .ok) }
}
