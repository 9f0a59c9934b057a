import Core
import Testing
import Wire

@Suite("Messages")
struct MessageTests {
    @Test("Every message comes back as it was sent, with its request number")
    func roundTrip() throws {
        for (index, message) in try Samples.all().enumerated() {
            let request = UInt32.max - UInt32(index)
            let frame = message.frame(request: request)
            let back = try #require(try frames(frame.encoded).first)
            #expect(back == frame)
            #expect(back.request == request)
            #expect(try Message(back) == message)
        }
    }

    @Test("Samples stand for every type of frame", arguments: FrameType.allCases)
    func everyType(_ type: FrameType) throws {
        #expect(try Samples.all().contains { $0.type == type })
    }

    @Test("What may come before a welcome fits the greeting's payload")
    func greetingsFit() throws {
        for message in try Samples.all() where message.type != .batch {
            #expect(message.frame().payload.count <= Limits.greetingBytes, "\(message.type)")
        }
    }

    @Test("No prefix of a message is a message", arguments: FrameType.allCases)
    func prefixes(_ type: FrameType) throws {
        let whole: [FrameType] = [.batch, .renew, .certificate]
        for message in try Samples.all() where message.type == type && !whole.contains(type) {
            let frame = message.frame()
            let step = max(1, frame.payload.count / 500)
            for count in stride(from: 0, to: frame.payload.count, by: step) {
                let short = Frame(type, payload: Array(frame.payload[..<count]))
                #expect(throws: WireError.self) { try Message(short) }
            }
        }
    }

    @Test("Bytes behind a message are refused", arguments: FrameType.allCases)
    func trailing(_ type: FrameType) throws {
        let whole: [FrameType] = [.batch, .renew, .certificate]
        for message in try Samples.all() where message.type == type && !whole.contains(type) {
            var frame = message.frame()
            frame.payload.append(0)
            #expect(throws: WireError.self) { try Message(frame) }
        }
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var type: FrameType
        var payload: [UInt8]
    }

    static let damages: [Damage] = {
        var versions = ByteWriter()
        versions.integer(UInt16(2))
        versions.integer(UInt16(1))
        var sources = ByteWriter()
        sources.raw([1, 0, 1, 0] + [UInt8](repeating: 0, count: 8 + 8 + 16))
        sources.integer(UInt16(65))
        var entries = ByteWriter()
        entries.bool(true)
        entries.integer(UInt32(3001))
        var noFile = ByteWriter()
        noFile.raw([UInt8](repeating: 0, count: 8) + [1, 0, 0, 0])
        noFile.raw([UInt8](repeating: 0, count: 9))
        var noGeneration = ByteWriter()
        noGeneration.raw([1] + [UInt8](repeating: 0, count: 11))
        noGeneration.raw([UInt8](repeating: 0, count: 9))
        var far = ByteWriter()
        far.raw([1] + [UInt8](repeating: 0, count: 7) + [1, 0, 0, 0])
        far.integer(UInt64(1) << 63)
        far.integer(UInt8(0))
        return [
            Damage(testDescription: "empty versions", type: .hello, payload: versions.bytes),
            Damage(testDescription: "65 sources", type: .hello, payload: sources.bytes),
            Damage(testDescription: "3,001 positions", type: .positions, payload: entries.bytes),
            Damage(testDescription: "a flag of 2", type: .positions, payload: [2, 0, 0, 0, 0]),
            Damage(testDescription: "file 0", type: .resume, payload: noFile.bytes),
            Damage(testDescription: "generation 0", type: .resume, payload: noGeneration.bytes),
            Damage(testDescription: "offset 2^63", type: .resume, payload: far.bytes),
            Damage(
                testDescription: "window reason 5",
                type: .window,
                payload: [0, 0, 0, 0, 5, 0, 0]
            ),
            Damage(
                testDescription: "text of 2,049 bytes",
                type: .window,
                payload: [0, 0, 0, 0, 0, 1, 8] + [UInt8](repeating: 65, count: 2049)
            ),
            Damage(
                testDescription: "text that is not UTF-8",
                type: .window,
                payload: [0, 0, 0, 0, 0, 1, 0, 0xff]
            ),
            Damage(
                testDescription: "renew of 16 KiB and a byte",
                type: .renew,
                payload: [UInt8](repeating: 0, count: 16 * 1024 + 1)
            ),
            Damage(
                testDescription: "certificate of 24 KiB and a byte",
                type: .certificate,
                payload: [UInt8](repeating: 0, count: 24 * 1024 + 1)
            ),
        ]
    }()

    @Test("A field out of its bounds is refused", arguments: damages)
    func bounds(_ damage: Damage) {
        #expect(throws: WireError.self) { try Message(Frame(damage.type, payload: damage.payload)) }
    }

    @Test("A code that a later version added keeps its sentence")
    func laterCode() throws {
        let refused = try Message(Frame(.refused, payload: [0xff, 0xff, 1, 0, 65, 0, 0]))
        #expect(refused == .refused(Refusal(.internal, "A")))
    }

    @Test("A sentence for people is cut before a character and always decodes")
    func longTexts() throws {
        let long = "a" + String(repeating: "ß", count: 3000)
        let sent = Message.refused(Refusal(.badPath, long, remedy: long))
        guard case .refused(let back) = try Message(sent.frame()) else {
            Issue.record("another type")
            return
        }
        #expect(back.message == "a" + String(repeating: "ß", count: 1023))
        #expect(back.remedy == back.message)
    }

    @Test("Sources that the greeting cannot hold are left out")
    func tooManyRoots() throws {
        let source = SourceFacts(
            name: "s",
            root: BytePath([UInt8](repeating: 97, count: Limits.pathBytes))
        )
        let hello = Hello(
            versions: 1...1,
            agentVersion: "1",
            host: "h",
            user: "u",
            system: "s",
            instance: 1,
            nonce: .none,
            sources: [SourceFacts](repeating: source, count: 70)
        )
        let frame = Message.hello(hello).frame()
        #expect(frame.payload.count <= Limits.greetingBytes)
        guard case .hello(let back) = try Message(frame) else {
            Issue.record("another type")
            return
        }
        #expect(back.sources.count == 15)
    }
}
