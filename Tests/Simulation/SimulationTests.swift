import Core
import Platform
import TestSupport
import Testing

/// Tailing, shipping and journal in one process and one thread, with every fault that fits into it.
///
/// `TAILSHIP_SEED=N` replays one run and prints what happens; `TAILSHIP_SIMULATE=forever` runs until it is
/// stopped, `TAILSHIP_SIMULATE=N` runs N seeds, with both from that seed on.
@Suite("Simulation", .serialized)
struct SimulationTests {
    init() { Log.level = .emergency }

    @Test("Whatever happens, what was acknowledged, read or held is in the archive")
    func freshSeeds() {
        let seed = Host.environment("TAILSHIP_SEED").flatMap { UInt64($0) }
        let wish = Host.environment("TAILSHIP_SIMULATE")
        if let seed, wish == nil {
            Log.level = .notice
            return check(seed, Scenario.run(seed: seed, prints: true))
        }
        let count = wish == "forever" ? Int.max : wish.flatMap { Int($0) } ?? 200
        let base = seed ?? UInt64.random(in: 1...1_000_000_000)
        StandardOutput.write("simulation: seeds \(base) to \(base &+ UInt64(count - 1))\n")
        var done = 0
        while done < count {
            let seed = base + UInt64(done)
            check(seed, Scenario.run(seed: seed))
            done += 1
            if wish == "forever", done % 500 == 0 {
                StandardOutput.write("simulation: \(done) seeds\n")
            }
        }
    }

    @Test("A seed repeats itself exactly", arguments: [1, 2, 3] as [UInt64])
    func repeats(seed: UInt64) {
        let first = Scenario.run(seed: seed)
        let second = Scenario.run(seed: seed)
        #expect(first.hash == second.hash)
        #expect(first.events == second.events)
    }

    @Test("Seeds that failed once", arguments: [148_205_784, 353_250_688, 353_250_819] as [UInt64])
    func former(seed: UInt64) { check(seed, Scenario.run(seed: seed)) }

    private func check(_ seed: UInt64, _ outcome: Scenario.Outcome) {
        guard !outcome.failures.isEmpty else { return }
        Issue.record(
            """
            seed \(seed) (TAILSHIP_SEED=\(seed) replays it)
            \(outcome.failures.joined(separator: "\n"))
            \(outcome.lines.suffix(60).joined(separator: "\n"))
            """
        )
    }
}
