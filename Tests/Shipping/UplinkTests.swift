import Core
import Shipping
import Testing
import Wire

@Suite("The agent's end of a connection")
struct UplinkTests {
    // MARK: Greeting

    @Test("Equal digests lead straight to shipping, and the nonce is stored before")
    func equalDigests() {
        var uplink = Uplink(sums: PositionSums(), now: Make.at(0))
        #expect(uplink.begin(Make.hello()) == .send(.hello(Make.hello()), request: 0))
        #expect(!uplink.isShipping)
        #expect(
            uplink.received(.welcome(Make.welcome()), request: 0, now: Make.at(1)) == [
                .storeNonce(Make.nonce(7)), .windowChanged(Window(bytes: 1000, reason: .open)),
                .ready,
            ]
        )
        #expect(uplink.isShipping)
        #expect(uplink.name == "u@h")
    }

    @Test("failures 22: only buckets that differ are listed, and only what is listed is durable")
    func differingDigests() {
        let held = Position(stream: Make.stream(5), offset: 10)
        var sums = PositionSums()
        sums.add(held)
        var uplink = Uplink(sums: sums, now: Make.at(0))
        var buckets = BucketSet()
        buckets.insert(5)
        let actions = uplink.received(.welcome(Make.welcome()), request: 0, now: Make.at(1))
        #expect(actions.last == .send(.list(buckets), request: 1))
        #expect(!uplink.isShipping)
        let first = Position(stream: Make.stream(5), offset: 3)
        let second = Position(stream: Make.stream(0x105), offset: 4)
        #expect(uplink.received(part([first], last: false), request: 1, now: Make.at(1)) == [])
        #expect(
            uplink.received(part([second], last: true), request: 1, now: Make.at(1))
                == [.reconcile(buckets, [first, second]), .ready]
        )
        #expect(uplink.isShipping)
    }

    @Test("A full comparison goes in eight parts, each 32 buckets")
    func compareAll() {
        var uplink = Uplink(sums: PositionSums(), now: Make.at(0))
        var actions = uplink.received(
            .welcome(Make.welcome(compareAll: true)),
            request: 0,
            now: Make.at(1)
        )
        var asked: [BucketSet] = []
        while case .send(.list(let buckets), let request)? = actions.last {
            asked.append(buckets)
            actions = uplink.received(part([], last: true), request: request, now: Make.at(1))
            #expect(actions.first == .reconcile(buckets, []))
        }
        #expect(actions.last == .ready)
        #expect(asked.count == 8)
        for bucket in 0..<256 {
            #expect(asked.map { $0.contains(bucket) }.filter { $0 }.count == 1)
        }
    }

    @Test("A position that was not asked for ends the connection")
    func strangePosition() {
        var sums = PositionSums()
        sums.add(Position(stream: Make.stream(5), offset: 10))
        var uplink = Uplink(sums: sums, now: Make.at(0))
        _ = uplink.received(.welcome(Make.welcome()), request: 0, now: Make.at(1))
        let strange = Position(stream: Make.stream(6), offset: 1)
        expectClose(uplink.received(part([strange], last: true), request: 1, now: Make.at(1)))
    }

    @Test("failures 24: a version that was not offered ends the connection")
    func versionNotOffered() {
        var uplink = Uplink(sums: PositionSums(), now: Make.at(0))
        expectClose(
            uplink.received(.welcome(Make.welcome(version: 2)), request: 0, now: Make.at(1))
        )
    }

    @Test("failures 24: the receiver's refusal comes with its remedy")
    func noCommonVersion() {
        var uplink = Uplink(sums: PositionSums(), now: Make.at(0))
        let refusal = Refusal(.unsupportedVersion, "no", remedy: "Update the older of the two.")
        #expect(
            uplink.received(.error(refusal), request: 0, now: Make.at(1))
                == [.close(reason: "no", refusal: refusal)]
        )
    }

    @Test("Anything but a welcome first ends the connection")
    func noWelcome() {
        for message: Message in [.ping, .ack, .window(Window(bytes: 1, reason: .open))] {
            var uplink = Uplink(sums: PositionSums(), now: Make.at(0))
            expectClose(uplink.received(message, request: 0, now: Make.at(1)))
        }
    }

    // MARK: Opening and shipping

    @Test("Only an ack moves an offset (failures 2)")
    func ackMoves() {
        var uplink = Uplink.shipping()
        let stream = Make.stream(9)
        #expect(uplink.open(1, Make.open("a")) == .send(.open(Make.open("a")), request: 1))
        let resume = Resume(stream: stream, offset: 100, status: .held)
        #expect(
            uplink.received(.resume(resume), request: 1, now: Make.at(1)) == [.opened(1, resume)]
        )
        #expect(uplink.ship(1, stream, 100..<150) == 2)
        #expect(uplink.ship(1, stream, 150..<160) == 3)
        #expect(uplink.sent(1)?.offset == 160)
        #expect(uplink.isWaiting)
        #expect(
            uplink.received(.ack, request: 3, now: Make.at(1)) == [.acked(1, 150), .acked(1, 160)]
        )
        #expect(!uplink.isWaiting)
        #expect(uplink.bytesInFlight == 0)
    }

    @Test("An ack counts for all batches up to it and their events, and only once")
    func cumulative() {
        var uplink = Uplink.shipping()
        uplink.opened(1, Make.stream(9))
        let first = uplink.ship(1, Make.stream(9), 0..<10)
        let second = uplink.batch([], events: 77, bytes: 5)
        let third = uplink.ship(1, Make.stream(9), 10..<30)
        #expect(
            uplink.received(.ack, request: second, now: Make.at(1))
                == [.acked(1, 10), .eventsAcked(77)]
        )
        #expect(uplink.received(.ack, request: first, now: Make.at(1)) == [])
        #expect(uplink.received(.ack, request: third, now: Make.at(1)) == [.acked(1, 30)])
    }

    @Test("A rewind ignores the acks and later rewinds of batches from before it")
    func rewind() {
        var uplink = Uplink.shipping()
        let stream = Make.stream(9)
        uplink.opened(1, stream)
        let first = uplink.ship(1, stream, 0..<10)
        let second = uplink.ship(1, stream, 10..<20)
        let third = uplink.ship(1, stream, 20..<30)
        let behind = Message.resume(Resume(stream: stream, offset: 4, status: .behind))
        #expect(uplink.received(behind, request: second, now: Make.at(1)) == [.rewound(1, 4)])
        #expect(uplink.sent(1)?.offset == 4)
        #expect(uplink.received(behind, request: third, now: Make.at(1)) == [])
        #expect(uplink.received(.ack, request: first, now: Make.at(1)) == [])
        #expect(uplink.received(.ack, request: third, now: Make.at(1)) == [])
        #expect(uplink.bytesInFlight == 0)
        let again = uplink.ship(1, stream, 4..<30)
        #expect(uplink.received(.ack, request: again, now: Make.at(1)) == [.acked(1, 30)])
    }

    @Test("A rewind of one stream leaves the acks of others alone")
    func rewindOfOne() {
        var uplink = Uplink.shipping()
        uplink.opened(1, Make.stream(9))
        uplink.opened(2, Make.stream(8))
        let request = uplink.batch(
            [(1, Make.chunk(Make.stream(9), 0..<10)), (2, Make.chunk(Make.stream(8), 0..<6))],
            events: nil,
            bytes: 16
        )
        let behind = Resume(stream: Make.stream(9), offset: 0, status: .behind)
        _ = uplink.received(.resume(behind), request: request, now: Make.at(1))
        #expect(uplink.received(.ack, request: request, now: Make.at(1)) == [.acked(2, 6)])
    }

    @Test("A released stream hears no acks, and its room is given back")
    func released() {
        var uplink = Uplink.shipping()
        uplink.opened(1, Make.stream(9))
        let request = uplink.ship(1, Make.stream(9), 0..<10)
        uplink.release(1)
        #expect(uplink.sent(1) == nil)
        #expect(uplink.received(.ack, request: request, now: Make.at(1)) == [])
        #expect(uplink.bytesInFlight == 0)
    }

    @Test("Two local streams that turn out to be one file: the later one has it")
    func takenOver() {
        var uplink = Uplink.shipping()
        uplink.opened(1, Make.stream(9))
        uplink.adopt(2, Position(stream: Make.stream(9), offset: 5))
        #expect(uplink.sent(1) == nil)
        uplink.release(1)
        let request = uplink.ship(2, Make.stream(9), 5..<9)
        let behind = Resume(stream: Make.stream(9), offset: 1, status: .behind)
        #expect(
            uplink.received(.resume(behind), request: request, now: Make.at(1)) == [.rewound(2, 1)]
        )
    }

    @Test("Answers find what they answer")
    func questions() {
        var uplink = Uplink.shipping()
        let refusal = Refusal(.badPath, "no")
        let claim = Make.claim(Make.stream(9), 5)
        _ = uplink.open(1, Make.open("a"))
        _ = uplink.digest(2, claim)
        _ = uplink.digest(3, claim)
        _ = uplink.renew([1])
        _ = uplink.digest(4, claim)
        #expect(uplink.questionsOpen == 5)
        let now = Make.at(1)
        #expect(
            uplink.received(.mismatch(claim), request: 3, now: now) == [.mismatched(3, claim)]
        )
        #expect(
            uplink.received(.refused(refusal), request: 1, now: now) == [.openRefused(1, refusal)]
        )
        #expect(uplink.received(.verified(claim), request: 2, now: now) == [.verified(2, claim)])
        #expect(uplink.received(.certificate([9]), request: 4, now: now) == [.renewed([9])])
        #expect(
            uplink.received(.refused(refusal), request: 5, now: now)
                == [.digestRefused(4, refusal)]
        )
        #expect(uplink.questionsOpen == 0)
    }

    @Test("An answer to nothing that was asked ends the connection")
    func unasked() {
        let claim = Make.claim(Make.stream(9), 5)
        let resume = Resume(stream: Make.stream(9), offset: 1, status: .held)
        let answers: [Message] = [
            .verified(claim), .mismatch(claim), .certificate([]), .resume(resume),
            part([], last: true),
            .refused(Refusal(.badPath, "no")), .welcome(Make.welcome()), .hello(Make.hello()),
        ]
        for answer in answers {
            var uplink = Uplink.shipping()
            expectClose(uplink.received(answer, request: 9, now: Make.at(1)))
            #expect(uplink.received(.ping, request: 0, now: Make.at(2)) == [])
        }
    }

    // MARK: Renewal

    @Test("failures 23: with an expired certificate nothing but the renewal is said")
    func expired() {
        var uplink = Uplink(sums: PositionSums(), now: Make.at(0))
        #expect(uplink.beginRenewal([1, 2]) == .send(.renew([1, 2]), request: 1))
        let actions = uplink.received(.certificate([3]), request: 1, now: Make.at(1))
        #expect(actions.first == .renewed([3]))
        expectClose(Array(actions.dropFirst()))
        #expect(uplink.tick(Make.at(1000)) == [])
    }

    @Test("A refused renewal ends the connection with the reason")
    func renewalRefused() {
        var uplink = Uplink(sums: PositionSums(), now: Make.at(0))
        _ = uplink.beginRenewal([1])
        let refusal = Refusal(.revoked, "revoked")
        let actions = uplink.received(.refused(refusal), request: 1, now: Make.at(1))
        #expect(actions.first == .renewalRefused(refusal))
        #expect(actions.count == 2)
    }

    @Test("A renewal is due when the welcome says so")
    func renewalDue() {
        var uplink = Uplink(sums: PositionSums(), now: Make.at(0))
        let actions = uplink.received(
            .welcome(Make.welcome(renew: true)),
            request: 0,
            now: Make.at(1)
        )
        #expect(actions.last == .renewalDue)
    }

    // MARK: Windows

    @Test("A window of 0 pauses")
    func pause() {
        var uplink = Uplink.shipping(window: 1000)
        #expect(uplink.room > 0)
        let paused = Window(bytes: 0, reason: .diskNearlyFull, text: "full")
        #expect(
            uplink.received(.window(paused), request: 0, now: Make.at(1)) == [
                .windowChanged(paused)
            ]
        )
        #expect(uplink.room == 0)
        #expect(uplink.window == paused)
    }

    @Test("A batch larger than the window goes when nothing is in flight")
    func largeBatch() {
        var uplink = Uplink.shipping(window: 1000)
        uplink.opened(1, Make.stream(9))
        #expect(uplink.room == Limits.payloadBytes)
        let request = uplink.ship(1, Make.stream(9), 0..<5000)
        #expect(uplink.room == 0)
        _ = uplink.received(.ack, request: request, now: Make.at(1))
        #expect(uplink.room == Limits.payloadBytes)
        _ = uplink.ship(1, Make.stream(9), 5000..<5400)
        #expect(uplink.room == 600)
    }

    @Test("A window that shrinks below what is in flight leaves no room, and no negative one")
    func shrinks() {
        var uplink = Uplink.shipping(window: 1000)
        uplink.opened(1, Make.stream(9))
        _ = uplink.ship(1, Make.stream(9), 0..<900)
        _ = uplink.received(
            .window(Window(bytes: 10, reason: .ingestBehind)),
            request: 0,
            now: Make.at(1)
        )
        #expect(uplink.room == 0)
    }

    @Test("Request numbers are used up before they run over")
    func exhausted() {
        var uplink = Uplink.shipping(lastRequest: .max - (1 << 20))
        uplink.opened(1, Make.stream(9))
        let request = uplink.ship(1, Make.stream(9), 0..<9)
        let actions = uplink.received(.ack, request: request, now: Make.at(1))
        #expect(actions.first == .acked(1, 9))
        expectClose(Array(actions.dropFirst()))
    }

    private func part(_ entries: [Position], last: Bool) -> Message {
        .positions(Positions(entries: entries, isLast: last))
    }
}

/// The actions are one order to close, without the receiver's reason.
func expectClose(_ actions: [Uplink.Action], _ location: SourceLocation = #_sourceLocation) {
    guard actions.count == 1, case .close(_, nil)? = actions.first else {
        Issue.record("not a close: \(actions)", sourceLocation: location)
        return
    }
}
