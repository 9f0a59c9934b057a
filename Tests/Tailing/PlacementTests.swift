import Core
import Tailing
import Testing

@Suite("Which file a path shows")
struct PlacementTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var seen: Sighting?
        var here: StreamRecord?
        var other: StreamRecord?
        var facts: PlacementFacts
        var placement: Placement
        init(
            _ name: String,
            seen: Sighting?,
            here: StreamRecord? = nil,
            other: StreamRecord? = nil,
            facts: PlacementFacts = PlacementFacts(),
            _ placement: Placement
        ) {
            self.testDescription = name
            self.seen = seen
            self.here = here
            self.other = other
            self.facts = facts
            self.placement = placement
        }
    }

    static let table = [
        Case("an unknown path that shows nothing", seen: nil, .nothing),
        Case("a deleted file", seen: nil, here: record(), .gone),
        Case("a new file", seen: sighting(), .appeared),
        Case("the same file", seen: sighting(size: 5), here: record(), .known),
        Case(
            "rename: a known file under a new path",
            seen: sighting(),
            other: record(),
            facts: PlacementFacts(otherHoldsIt: true),
            .renamed
        ),
        Case(
            "rename of a file that was gone meanwhile",
            seen: sighting(),
            other: record(state: .gone),
            facts: PlacementFacts(otherHoldsIt: true),
            .renamed
        ),
        Case(
            "inode reuse: without a held link the content must tell",
            seen: sighting(),
            other: record(held: false, state: .gone),
            .possiblyRenamed
        ),
        Case(
            "a hard-linked alias",
            seen: sighting(),
            other: record(),
            facts: PlacementFacts(otherStillInPlace: true),
            .alias
        ),
        Case(
            "rename-over: the old inode is unlinked",
            seen: sighting(8, size: 50),
            here: record(),
            facts: PlacementFacts(displacedHasName: false),
            .replaced
        ),
        Case(
            "rename-over by a longer file that may begin with the old one",
            seen: sighting(8, size: 150),
            here: record(),
            facts: PlacementFacts(displacedHasName: false),
            .possiblyReplaced
        ),
        Case(
            "rename-over after unseen writes to the old file",
            seen: sighting(8, size: 150),
            here: record(),
            facts: PlacementFacts(displacedChanged: true, displacedHasName: false),
            .replaced
        ),
        Case(
            "rename-over while old bytes are unread",
            seen: sighting(8, size: 150),
            here: record(read: 60),
            facts: PlacementFacts(displacedHasName: false),
            .replaced
        ),
        Case(
            "rotation: the old inode has another name",
            seen: sighting(8, size: 0),
            here: record(),
            facts: PlacementFacts(displacedHasName: true),
            .rotated
        ),
        Case(
            "a device that was renumbered",
            seen: sighting(device: 2),
            here: record(),
            facts: PlacementFacts(heldHereIsSeen: true),
            .known
        ),
        Case(
            "a known file renamed over another",
            seen: sighting(8),
            here: record(),
            other: record(seen: sighting(8)),
            facts: PlacementFacts(otherHoldsIt: true),
            .renamed
        ),
        Case(
            "delete and create again with the same inode is looked at like a rewrite",
            seen: sighting(size: 10),
            here: record(held: false),
            .known
        ),
    ]

    @Test("What a path means", arguments: table)
    func places(_ example: Case) {
        let placement = TailRules.place(
            sees: example.seen,
            here: example.here,
            other: example.other,
            facts: example.facts
        )
        #expect(placement == example.placement)
    }
}
