import Core
import Shipping
import Testing
import Wire

@Suite("The receiver's end of a connection")
struct IntakeTests {
    /// A receiver with one connection.
    struct Bench {
        var ledger = Ledger()
        var intake: Intake
        var minted: UInt64 = 0
        var sequence: UInt64 = 0

        init(nonces: NonceChain = NonceChain(), isExpired: Bool = false) {
            intake = Bench.intake(nonces, isExpired: isExpired)
        }

        static func intake(_ nonces: NonceChain = NonceChain(), isExpired: Bool = false) -> Intake {
            Intake(
                peer: Intake.Peer(
                    agent: Make.agent,
                    name: "u@h",
                    isExpired: isExpired,
                    shouldRenew: false
                ),
                nonces: nonces
            )
        }

        mutating func hear(_ message: Message, _ request: UInt32 = 0) -> [Intake.Action] {
            minted += 1
            return intake.received(
                message,
                request: request,
                ledger: &ledger,
                greeting: Bench.greeting,
                mint: Make.file(minted)
            )
        }

        static let greeting = Intake.Greeting(
            receiverVersion: "1",
            window: Window(bytes: 1000, reason: .open),
            nextNonce: Make.nonce(50)
        )

        /// Greets, opens the path and makes that durable.
        mutating func begin(_ path: BytePath = "a") -> StreamID {
            _ = hear(.hello(Make.hello()))
            guard case .send(.resume(let resume), _)? = hear(.open(Make.open(path)), 1).last else {
                Issue.record("not opened")
                return Make.stream(1)
            }
            sync()
            return resume.stream
        }

        mutating func sync() {
            sequence += 1
            ledger.recorded(sequence)
            ledger.durable(upTo: sequence)
        }

        mutating func ship(_ batch: Batch, _ request: UInt32) -> [Intake.Action] {
            hear(.batch(Make.payload(batch)), request)
        }
    }

    // MARK: Greeting

    @Test("A greeting stores before it answers")
    func greeting() {
        var bench = Bench()
        let actions = bench.hear(.hello(Make.hello()))
        let chain = NonceChain(current: Make.nonce(50))
        let welcome = Welcome(
            version: 1,
            receiverVersion: "1",
            name: "u@h",
            nonce: Make.nonce(50),
            compareAll: false,
            window: Window(bytes: 1000, reason: .open),
            renew: false,
            sums: PositionSums()
        )
        #expect(
            actions == [
                .replaceOthers, .storeNonces(chain), .storeFacts(Make.hello()),
                .send(.welcome(welcome), request: 0),
            ]
        )
        #expect(bench.intake.isShipping)
        var confirmed = chain
        confirmed.confirm()
        #expect(bench.hear(.ping, 3) == [.confirmNonce(confirmed), .send(.pong, request: 3)])
        #expect(bench.hear(.ping, 4) == [.send(.pong, request: 4)])
    }

    @Test("failures 24: without a common version the older one is to be updated")
    func versions() {
        var bench = Bench()
        let refusal = ended(bench.hear(.hello(Make.hello(versions: 2...3))))
        #expect(refusal?.code == .unsupportedVersion)
        #expect(refusal?.remedy == "Update the older of the two.")
        #expect(refusal?.message.contains("2 to 3") == true)
        #expect(bench.hear(.ping) == [])
    }

    @Test("failures 21: a clone is reported and turned away, and the chain stays as it is")
    func clone() {
        var bench = Bench(nonces: NonceChain(current: Make.nonce(9), abandoned: [Make.nonce(4)]))
        let actions = bench.hear(.hello(Make.hello(Make.nonce(4))))
        #expect(actions.first == .reportClone(Make.hello(Make.nonce(4))))
        #expect(ended(Array(actions.dropFirst()))?.code == .clonedIdentity)
    }

    @Test("failures 21: a restored state is compared as a whole")
    func stale() {
        var bench = Bench(nonces: NonceChain(current: Make.nonce(9), confirmed: true))
        let actions = bench.hear(.hello(Make.hello(Make.nonce(3))))
        guard case .send(.welcome(let welcome), _)? = actions.last else {
            Issue.record("no welcome")
            return
        }
        #expect(welcome.compareAll)
    }

    @Test("Anything before hello ends the connection")
    func noHello() {
        for message: Message in [.ping, .open(Make.open("a")), .batch([]), .renew([1])] {
            var bench = Bench()
            #expect(ended(bench.hear(message, 1))?.code == .outOfOrder)
        }
    }

    @Test("failures 23: an expired certificate renews, and nothing else")
    func expired() {
        var bench = Bench(isExpired: true)
        #expect(bench.hear(.renew([1, 2]), 1) == [.sign([1, 2], request: 1)])
        #expect(bench.hear(.renew([1, 2]), 2).count == 1)
        var greeter = Bench(isExpired: true)
        #expect(ended(greeter.hear(.hello(Make.hello())))?.code == .certificateExpired)
        var shipper = Bench(isExpired: true)
        #expect(ended(shipper.hear(.open(Make.open("a")), 1))?.code == .outOfOrder)
    }

    @Test("One renewal a connection is signed")
    func renewals() {
        var bench = Bench()
        _ = bench.begin()
        #expect(bench.hear(.renew([1]), 2) == [.sign([1], request: 2)])
        guard case .send(.refused(let refusal), 3)? = bench.hear(.renew([1]), 3).first else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.code == .notNow)
        #expect(bench.intake.isShipping)
    }

    // MARK: One connection at a time

    @Test("A new connection waits for what the old one left on its way to the disk")
    func unsettled() {
        var bench = Bench()
        let stream = bench.begin()
        _ = bench.ship(Batch(chunks: [Make.chunk(stream, 0..<10)]), 2)
        var second = Bench.intake(NonceChain(current: Make.nonce(50)))
        let early = second.received(
            .hello(Make.hello(Make.nonce(50))),
            request: 0,
            ledger: &bench.ledger,
            greeting: Bench.greeting,
            mint: Make.file(77)
        )
        #expect(early.first == .replaceOthers)
        #expect(ended(Array(early.dropFirst()))?.code == .notNow)
        bench.sync()
        var third = Bench.intake(NonceChain(current: Make.nonce(50)))
        let welcomed = third.received(
            .hello(Make.hello(Make.nonce(50))),
            request: 0,
            ledger: &bench.ledger,
            greeting: Bench.greeting,
            mint: Make.file(77)
        )
        guard case .send(.welcome(let welcome), _)? = welcomed.last else {
            Issue.record("not welcomed")
            return
        }
        #expect(welcome.sums == recomputed(bench.ledger, Make.agent))
    }

    @Test("The newest connection replaces a half-open one, which decides nothing any more")
    func replaced() {
        var bench = Bench()
        let stream = bench.begin()
        var second = Bench.intake(NonceChain(current: Make.nonce(50)))
        _ = second.received(
            .hello(Make.hello(Make.nonce(50))),
            request: 0,
            ledger: &bench.ledger,
            greeting: Bench.greeting,
            mint: Make.file(77)
        )
        let late = bench.ship(Batch(chunks: [Make.chunk(stream, 0..<10)]), 2)
        #expect(ended(late)?.code == .replaced)
        #expect(bench.ledger.streams[stream]?.accepted == 0)
    }

    @Test("After a failed journal no connection goes on as if nothing was")
    func rolledBack() {
        var bench = Bench()
        let stream = bench.begin()
        _ = bench.ship(Batch(chunks: [Make.chunk(stream, 0..<10)]), 2)
        bench.ledger.rollBack()
        let late = bench.ship(Batch(chunks: [Make.chunk(stream, 10..<20)]), 3)
        #expect(ended(late)?.code == .replaced)
        #expect(bench.ledger.streams[stream]?.accepted == 0)
    }

    // MARK: Shipping

    @Test("A batch is recorded whole, to be acknowledged when it is durable")
    func batch() {
        var bench = Bench()
        let stream = bench.begin()
        let batch = Batch(
            chunks: [Make.chunk(stream, 0..<10)],
            events: [FileEvent(.finished, stream, value: 10)]
        )
        #expect(
            bench.ship(batch, 2)
                == [.recordBatch(payload: Make.payload(batch), batch: batch, request: 2)]
        )
    }

    @Test("A chunk beyond what is held is answered with where to go on")
    func behind() {
        var bench = Bench()
        let stream = bench.begin()
        let batch = Batch(chunks: [Make.chunk(stream, 5..<10)])
        let actions = bench.ship(batch, 2)
        let resume = Resume(stream: stream, offset: 0, status: .behind)
        #expect(actions.first == .send(.resume(resume), request: 2))
        #expect(actions.count == 2)
    }

    @Test("Batches go up in number, anything else ends the connection", arguments: [2, 1, 0])
    func order(_ request: UInt32) {
        var bench = Bench()
        let stream = bench.begin()
        let batch = Batch(chunks: [Make.chunk(stream, 0..<10)])
        _ = bench.ship(batch, 2)
        #expect(ended(bench.ship(batch, request))?.code == .outOfOrder)
    }

    @Test("A batch for a stream that is not this agent's ends the connection")
    func foreign() {
        var bench = Bench()
        _ = bench.begin()
        let refusal = ended(bench.ship(Batch(chunks: [Make.chunk(Make.stream(99), 0..<10)]), 2))
        #expect(refusal?.code == .unknownStream)
    }

    @Test("A table that is no table ends the connection")
    func malformed() {
        var bench = Bench()
        _ = bench.begin()
        #expect(ended(bench.hear(.batch([1]), 2))?.code == .malformed)
        #expect(bench.hear(.ping) == [])
    }

    @Test("An open is recorded before it is answered, and a known one only answered")
    func open() {
        var bench = Bench()
        _ = bench.hear(.hello(Make.hello()))
        let first = bench.hear(.open(Make.open("a")), 1)
        #expect(first.count == 3)
        let resume = Resume(stream: Make.stream(2), offset: 0, status: .held)
        #expect(first.last == .send(.resume(resume), request: 1))
        #expect(bench.hear(.open(Make.open("a")), 2) == [.send(.resume(resume), request: 2)])
    }

    @Test(
        "A bad path is refused and the connection goes on",
        arguments: ["", "/etc", "../x", "a//b"]
    )
    func badPath(_ path: String) {
        var bench = Bench()
        _ = bench.begin()
        guard
            case .send(.refused(let refusal), 9)? =
                bench.hear(.open(Make.open(BytePath(path))), 9).last
        else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.code == .badPath)
        #expect(bench.intake.isShipping)
    }

    @Test("What is said of a stream that a restored receiver lacks changes nothing")
    func unknownEnd() {
        var bench = Bench()
        _ = bench.begin()
        let actions = bench.ship(Batch(events: [FileEvent(.closed, Make.stream(99), value: 5)]), 2)
        #expect(ended(actions) == nil)
        #expect(bench.intake.isShipping)
    }

    @Test("A comparison is only for one's own streams")
    func digest() {
        var bench = Bench()
        let stream = bench.begin()
        let claim = Make.claim(stream, 5)
        #expect(bench.hear(.digest(claim), 4) == [.compare(claim, request: 4)])
        let strange = bench.hear(.digest(Make.claim(Make.stream(99), 5)), 5)
        guard case .send(.refused(let refusal), 5)? = strange.last else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.code == .unknownStream)
    }

    @Test("A list comes in parts of 3,000", arguments: [0, 1, 3000, 3001, 7000])
    func list(_ count: Int) {
        var bench = Bench()
        for number in 0..<count {
            bench.ledger.load(
                Make.file(UInt64(number) + 1),
                Ledger.File(
                    agent: Make.agent,
                    source: "notes",
                    path: BytePath("\(number)"),
                    latest: 1
                ),
                streams: [1: Ledger.Stream(durable: 5, isRecorded: true)]
            )
        }
        _ = bench.hear(.hello(Make.hello()))
        _ = bench.hear(.ping)
        var entries: [Position] = []
        let parts = bench.hear(.list(.all), 6)
        for (index, action) in parts.enumerated() {
            guard case .send(.positions(let part), 6) = action else {
                Issue.record("not a part")
                return
            }
            #expect(part.isLast == (index == parts.count - 1))
            entries += part.entries
        }
        #expect(parts.count == max(1, (count + 2999) / 3000))
        #expect(entries.count == count)
        #expect(Set(entries).count == count)
    }

    @Test("A message that only a receiver sends ends the connection")
    func wrongDirection() {
        for message: Message in [
            .ack, .hello(Make.hello()), .welcome(Make.welcome()),
            .joined(
                JoinReply(agent: Make.agent, name: "", certificate: [], authority: [])
            ),
        ] {
            var bench = Bench()
            _ = bench.begin()
            #expect(ended(bench.hear(message, 1))?.code == .outOfOrder)
        }
    }

    @Test("Dismissed once is dismissed")
    func dismissed() {
        var bench = Bench()
        _ = bench.begin()
        let refusal = Refusal(.revoked, "revoked")
        #expect(
            bench.intake.dismiss(refusal)
                == [.send(.error(refusal), request: 0), .close(reason: "revoked")]
        )
        #expect(bench.intake.dismiss(refusal) == [])
        #expect(bench.hear(.ping) == [])
    }

    /// The refusal with which the actions end the connection.
    private func ended(_ actions: [Intake.Action]) -> Refusal? {
        guard actions.count == 2, case .send(.error(let refusal), 0) = actions[0],
            case .close = actions[1]
        else { return nil }
        return refusal
    }
}

/// The position digest of everything that is listed, from nothing.
func recomputed(_ ledger: Ledger, _ agent: AgentID) -> PositionSums {
    var sums = PositionSums()
    for (id, stream) in ledger.streams
    where ledger.files[id.file]?.agent == agent && stream.isRecorded && !stream.isClosed
        && !stream.isTombstone
    {
        sums.add(Position(stream: id, offset: stream.durable))
    }
    return sums
}
