import Tailing
import Testing

@Suite("Held files")
struct HoldPolicyTests {
    static func candidate(
        _ number: StreamNumber,
        verified: Bool = false,
        acknowledged: Bool = false
    ) -> HoldPolicy.Candidate {
        HoldPolicy.Candidate(
            number: number,
            size: 100,
            verified: verified,
            acknowledged: acknowledged
        )
    }

    @Test("Within the limit only what is verified is let go")
    func within() {
        let candidates = [
            HoldPolicyTests.candidate(1), HoldPolicyTests.candidate(2, verified: true),
            HoldPolicyTests.candidate(3, acknowledged: true),
        ]
        #expect(HoldPolicy(limit: 300).releases(candidates, held: 300) == [.verified(2)])
    }

    @Test("Over the limit what is acknowledged goes before what is not shipped, the oldest first")
    func over() {
        let candidates = [
            HoldPolicyTests.candidate(1), HoldPolicyTests.candidate(2),
            HoldPolicyTests.candidate(3, acknowledged: true),
        ]
        #expect(
            HoldPolicy(limit: 100).releases(candidates, held: 300)
                == [.unverified(3), .unshipped(1)]
        )
        #expect(HoldPolicy(limit: 250).releases(candidates, held: 300) == [.unverified(3)])
    }

    @Test("Bytes of streams that are no candidates count too")
    func others() {
        #expect(
            HoldPolicy(limit: 150).releases([HoldPolicyTests.candidate(1)], held: 200)
                == [.unshipped(1)]
        )
    }
}
