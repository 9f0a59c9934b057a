import Testing

@testable import Agent

@Suite("Rounds of verification") struct VerificationRoundTests {
    @Test("What a round passed over has another chance soon, and ever later, but within a minute")
    func pauses() {
        var round = VerificationRound()
        var pauses: [Duration] = []
        for _ in 0..<12 { pauses.append(round.pause()) }
        #expect(pauses[0] == .milliseconds(200))
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(pauses.last == .seconds(60))
        #expect(pauses.prefix(4).reduce(.zero, +) < .seconds(5))
    }
}
