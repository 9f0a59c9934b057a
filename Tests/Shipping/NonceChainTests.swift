import Core
import Shipping
import Testing

/// failures 21: two agents with one state, or a laptop restored from an image.
///
/// A script is a list of steps; the agents of it keep the nonce that they stored last.
@Suite("Nonces tell clones apart")
struct NonceChainTests {
    enum Step: Sendable {
        /// The machine connects, stores the nonce of the welcome, and says something.
        case connect(Int, NonceChain.Verdict)
        /// It stores the nonce, but the line is cut before it says anything.
        case silent(Int, NonceChain.Verdict)
        /// The welcome is lost.
        case lost(Int, NonceChain.Verdict)
        /// The second machine begins with a copy of the first one's state.
        case copy(Int, Int)
        /// The machine's state is lost.
        case forget(Int)
    }

    struct Script: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var steps: [Step]
        init(_ name: String, _ steps: [Step]) {
            testDescription = name
            self.steps = steps
        }
    }

    static let scripts = [
        Script(
            "ordinary reconnects",
            [
                .connect(0, .fresh), .connect(0, .fresh), .connect(0, .fresh),
            ]
        ),
        Script(
            "lost welcomes",
            [
                .lost(0, .fresh), .lost(0, .fresh), .connect(0, .fresh), .lost(0, .fresh),
                .lost(0, .fresh), .connect(0, .fresh),
            ]
        ),
        Script(
            "stored, and cut before the first word",
            [
                .connect(0, .fresh), .silent(0, .fresh), .silent(0, .fresh), .lost(0, .fresh),
                .connect(0, .fresh),
            ]
        ),
        Script(
            "a state restored from a backup",
            [
                .connect(0, .fresh), .copy(0, 9), .connect(0, .fresh), .connect(0, .fresh),
                .copy(9, 0), .connect(0, .stale), .connect(0, .fresh),
            ]
        ),
        Script(
            "restored twice from the same backup",
            [
                .connect(0, .fresh), .copy(0, 9), .connect(0, .fresh), .copy(9, 0),
                .connect(0, .stale), .connect(0, .fresh), .copy(9, 0), .connect(0, .stale),
            ]
        ),
        Script(
            "restored, and the welcome that says so is lost",
            [
                .connect(0, .fresh), .copy(0, 9), .connect(0, .fresh), .connect(0, .fresh),
                .copy(9, 0), .lost(0, .stale), .lost(0, .stale), .connect(0, .stale),
                .connect(0, .fresh),
            ]
        ),
        Script(
            "restored, and cut before the comparison",
            [
                .connect(0, .fresh), .copy(0, 9), .connect(0, .fresh), .connect(0, .fresh),
                .copy(9, 0), .silent(0, .stale), .connect(0, .stale), .connect(0, .fresh),
            ]
        ),
        Script(
            "a state that is lost",
            [
                .connect(0, .fresh), .connect(0, .fresh), .forget(0), .connect(0, .stale),
                .connect(0, .fresh),
            ]
        ),
        Script(
            "an image on two machines that take turns",
            [
                .connect(0, .fresh), .copy(0, 1), .connect(0, .fresh), .connect(0, .fresh),
                .connect(1, .stale), .connect(0, .clone), .connect(1, .fresh), .connect(0, .clone),
                .connect(1, .fresh),
            ]
        ),
        Script(
            "the image alone goes on",
            [
                .connect(0, .fresh), .copy(0, 1), .connect(1, .fresh), .connect(1, .fresh),
            ]
        ),
        Script(
            "three machines",
            [
                .connect(0, .fresh), .copy(0, 1), .copy(0, 2), .connect(0, .fresh),
                .connect(0, .fresh),
                .connect(1, .stale), .connect(2, .stale), .connect(1, .stale), .connect(0, .clone),
                .connect(2, .clone), .connect(1, .fresh),
            ]
        ),
        Script(
            "an image that is one connection older: told one turn later",
            [
                .connect(0, .fresh), .copy(0, 1), .connect(0, .fresh), .connect(1, .stale),
                .connect(0, .stale), .connect(1, .clone), .connect(0, .fresh),
            ]
        ),
        Script(
            "a greeting that the agent had given up comes late: no clone",
            [
                .connect(0, .fresh), .copy(0, 9), .connect(0, .fresh), .lost(9, .stale),
                .connect(0, .stale), .connect(0, .fresh),
            ]
        ),
        Script(
            "a clone that connects while the first has not spoken yet",
            [
                .connect(0, .fresh), .copy(0, 1), .silent(0, .fresh), .connect(1, .fresh),
                .connect(0, .stale), .connect(1, .clone),
            ]
        ),
    ]

    @Test("Each presented nonce gets its verdict", arguments: scripts)
    func verdicts(_ script: Script) {
        var chain = NonceChain()
        var stored: [Int: Nonce] = [:]
        var issued: UInt64 = 100
        func present(_ machine: Int, _ expected: NonceChain.Verdict, stores: Bool, speaks: Bool) {
            issued += 1
            let next = Make.nonce(issued)
            let before = chain
            let verdict = chain.presented(stored[machine] ?? .none, issuing: next)
            #expect(verdict == expected, "machine \(machine), nonce \(issued)")
            guard verdict != .clone else {
                #expect(chain == before)
                return
            }
            #expect(chain.current == next)
            if stores { stored[machine] = next }
            if speaks { chain.confirm() }
        }
        for step in script.steps {
            switch step {
            case .connect(let machine, let verdict):
                present(machine, verdict, stores: true, speaks: true)
            case .silent(let machine, let verdict):
                present(machine, verdict, stores: true, speaks: false)
            case .lost(let machine, let verdict):
                present(machine, verdict, stores: false, speaks: false)
            case .copy(let from, let to): stored[to] = stored[from]
            case .forget(let machine): stored[machine] = nil
            }
        }
    }

    @Test("Abandoned branches are remembered up to a bound")
    func bound() {
        var chain = NonceChain()
        for number in 1...100 as ClosedRange<UInt64> {
            _ = chain.presented(Make.nonce(10_000 + number), issuing: Make.nonce(number))
            chain.confirm()
        }
        #expect(chain.abandoned.count == NonceChain.limit)
        #expect(chain.abandoned.last == Make.nonce(99))
    }
}

/// failures 24: upgrades on either side.
@Suite("Versions are negotiated")
struct ProtocolVersionTests {
    struct Case: Sendable {
        var offered: ClosedRange<UInt16>
        var chosen: UInt16?
    }

    @Test(
        "The highest version of both is chosen, or none",
        arguments: [
            Case(offered: 1...1, chosen: 1), Case(offered: 1...9, chosen: 1),
            Case(offered: 0...1, chosen: 1), Case(offered: 0...0, chosen: nil),
            Case(offered: 2...9, chosen: nil), Case(offered: 0...UInt16.max, chosen: 1),
        ]
    )
    func negotiate(_ example: Case) {
        #expect(ProtocolVersion.negotiate(example.offered) == example.chosen)
    }
}
