import Core
import Tailing
import Testing

@Suite("Following one file")
struct TailRulesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var record: StreamRecord
        var seen: Sighting
        var decision: TailDecision
        init(
            _ name: String,
            _ record: StreamRecord,
            _ seen: Sighting,
            _ decision: TailDecision
        ) {
            self.testDescription = name
            self.record = record
            self.seen = seen
            self.decision = decision
        }
    }

    static let table = [
        Case("an unchanged file costs nothing", record(), sighting(), .unchanged),
        Case("growth is read", record(), sighting(size: 101, modified: look), .read),
        Case(
            "growth is read though nothing was read yet",
            record(read: 0),
            sighting(size: 900),
            .read
        ),
        Case(
            "below the offset is a truncation",
            record(),
            sighting(size: 99, modified: look),
            .newGeneration(.truncated)
        ),
        Case(
            "emptied is a truncation",
            record(),
            sighting(size: 0, modified: look),
            .newGeneration(.truncated)
        ),
        Case(
            "shorter but not below the offset is compared",
            record(read: 40),
            sighting(size: 50, modified: look),
            .compare
        ),
        Case(
            "a new modification time without growth is compared",
            record(),
            sighting(modified: ago(.seconds(1))),
            .compare
        ),
        Case(
            "a new change time alone is compared: the modification time can be set back",
            record(),
            sighting(changed: ago(.seconds(1))),
            .compare
        ),
        Case(
            "new times of a file that was not read yet are taken over",
            record(read: 0),
            sighting(changed: ago(.seconds(1))),
            .touched
        ),
        Case(
            "a look too near to the write is repeated by a comparison once it is past",
            record(settled: false),
            sighting(),
            .compare
        ),
        Case(
            "while the write is still too near nothing is compared",
            record(seen: sighting(modified: ago(.milliseconds(5))), settled: false),
            sighting(modified: ago(.milliseconds(5))),
            .unchanged
        ),
        Case(
            "an empty file that stays empty is unchanged",
            record(seen: sighting(size: 0), read: 0),
            sighting(size: 0),
            .unchanged
        ),
    ]

    @Test("What a look means", arguments: table)
    func looks(_ example: Case) {
        #expect(TailRules.look(example.record, sees: example.seen, at: look) == example.decision)
    }

    @Test("A comparison that differs begins a new generation, one that agrees was a touch")
    func compared() {
        let touched = sighting(changed: look)
        #expect(TailRules.decided(record(), sees: touched, agrees: true) == .touched)
        #expect(
            TailRules.decided(record(), sees: touched, agrees: false)
                == .newGeneration(.rewritten)
        )
        #expect(TailRules.decided(record(read: 10), sees: touched, agrees: true) == .read)
        #expect(
            TailRules.decided(record(), sees: sighting(size: 3), agrees: false)
                == .newGeneration(.truncated)
        )
    }

    @Test(
        "A modification time within 10 ms of the look is not settled",
        arguments: [(0, false), (10, false), (11, true), (-10, false), (-11, true), (5000, true)]
    )
    func coarseClock(milliseconds: Int, settled: Bool) {
        let seen = sighting(modified: ago(.milliseconds(milliseconds)))
        #expect(seen.isSettled(at: look) == settled)
    }

    @Test("An observed change takes the confirmation away, a mere touch does not")
    func observing() {
        var remembered = record()
        remembered.digest = Digest([UInt8](repeating: 7, count: Digest.size))
        remembered.observe(sighting(changed: look), at: look)
        #expect(remembered.confirmed)
        remembered.observe(sighting(size: 200, modified: look), at: look)
        #expect(!remembered.confirmed && !remembered.settled)
    }
}
