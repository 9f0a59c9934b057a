import Core
import Tailing
import Testing

@Suite("Files that are rewritten whole")
struct SnapshotPolicyTests {
    let policy = SnapshotPolicy()

    @Test("A file is copied when it was quiet for 2 s")
    func quiet() {
        let fresh = sighting(modified: ago(.seconds(1)))
        #expect(
            policy.decide(sees: fresh, last: nil, settled: true, taken: nil, now: look)
                == .wait(until: look + .seconds(1))
        )
        #expect(
            policy.decide(sees: sighting(), last: nil, settled: true, taken: nil, now: look)
                == .take
        )
    }

    @Test("A file is copied at most every 30 s")
    func interval() {
        let seen = sighting(size: 5, modified: ago(.seconds(3)))
        #expect(
            policy.decide(
                sees: seen,
                last: sighting(),
                settled: true,
                taken: ago(.seconds(20)),
                now: look
            )
                == .wait(until: look + .seconds(10))
        )
        #expect(
            policy.decide(
                sees: seen,
                last: sighting(),
                settled: true,
                taken: ago(.seconds(30)),
                now: look
            )
                == .take
        )
    }

    @Test("An unchanged file is not copied again, unless the copy was too near to a write")
    func unchanged() {
        let seen = sighting()
        #expect(
            policy.decide(
                sees: seen,
                last: seen,
                settled: true,
                taken: ago(.seconds(99)),
                now: look
            )
                == .unchanged
        )
        #expect(
            policy.decide(
                sees: seen,
                last: seen,
                settled: false,
                taken: ago(.seconds(99)),
                now: look
            )
                == .take
        )
    }

    @Test("A time of the future, or a clock set back, does not put the copy off")
    func clocks() {
        let future = sighting(modified: look + .seconds(86_400))
        #expect(
            policy.decide(sees: future, last: nil, settled: true, taken: nil, now: look) == .take
        )
        #expect(
            policy.decide(
                sees: sighting(size: 2),
                last: sighting(),
                settled: true,
                taken: look + .seconds(86_400),
                now: look
            ) == .take
        )
    }

    @Test("A copy is whole when the stat is equal before and after and every byte was read")
    func whole() {
        let seen = sighting(size: 10)
        #expect(SnapshotPolicy.isWhole(before: seen, after: seen, copied: 10))
        #expect(!SnapshotPolicy.isWhole(before: seen, after: seen, copied: 9))
        #expect(
            !SnapshotPolicy.isWhole(
                before: seen,
                after: sighting(size: 10, changed: look),
                copied: 10
            )
        )
    }
}
