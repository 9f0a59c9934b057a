import Core
import TestSupport
import Testing

@testable import Platform

@Suite struct TimerQueueTests {
    @Test(
        "Whatever is added and cancelled, what is left fires by deadline and then by age",
        arguments: 0..<50 as Range<UInt64>
    )
    func order(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let queue = TimerQueue()
        var expected: [(deadline: Int64, number: Int)] = []
        var timers: [Timer] = []
        var fired: [Int] = []
        for number in 0..<300 {
            let deadline = Int64.random(in: 0..<100, using: &random)
            expected.append((deadline, number))
            timers.append(
                queue.add(at: Instant(nanoseconds: deadline)) { fired.append(number) }
            )
            if random.oneIn(3) {
                let victim = Int.random(in: 0...number, using: &random)
                timers[victim].cancel()
                expected.removeAll { $0.number == victim }
            }
        }
        #expect(queue.earliest?.nanoseconds == expected.map(\.deadline).min())
        queue.fire(until: Instant(nanoseconds: 49))
        #expect(fired.count == expected.filter { $0.deadline < 50 }.count)
        queue.fire(until: Instant(nanoseconds: 100))
        let order = expected.sorted { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
        #expect(fired == order.map(\.number))
        #expect(queue.earliest == nil)
    }

    @Test("A timer that is due and added while others fire waits for the next time")
    func addedWhileFiring() {
        let queue = TimerQueue()
        var count = 0
        func again() {
            count += 1
            _ = queue.add(at: .zero) { again() }
        }
        _ = queue.add(at: .zero) { again() }
        queue.fire(until: .zero)
        #expect(count == 1)
        queue.fire(until: .zero)
        #expect(count == 2)
        queue.removeAll()
        #expect(queue.earliest == nil)
    }
}
