import Core
import Foundation
import TestSupport
import Testing
import Wire

@Suite("Frames out of a byte stream")
struct FrameDecoderTests {
    static func conversation() throws -> (frames: [Frame], bytes: [UInt8]) {
        let frames = try Samples.all().enumerated().map { $1.frame(request: UInt32($0)) }
        return (frames, frames.flatMap(\.encoded))
    }

    @Test("Byte by byte the same frames come out")
    func byteByByte() throws {
        let (expected, bytes) = try FrameDecoderTests.conversation()
        var decoder = FrameDecoder(payloadLimit: Limits.payloadBytes)
        var found: [Frame] = []
        for byte in bytes { found += try feed([byte], to: &decoder) }
        #expect(found == expected)
        #expect(!decoder.isInsideFrame)
    }

    @Test("Every split of a frame in two gives the same frame")
    func everySplit() throws {
        let frame = Message.window(Window(bytes: 7, reason: .ingestBehind, text: "why")).frame()
        let bytes = frame.encoded
        for cut in 0...bytes.count {
            var decoder = FrameDecoder()
            let first = try feed(Array(bytes[..<cut]), to: &decoder)
            #expect(decoder.isInsideFrame == (cut > 0 && cut < bytes.count))
            let second = try feed(Array(bytes[cut...]), to: &decoder)
            #expect(first + second == [frame])
        }
    }

    @Test("Random splits give the same frames", arguments: 1...20)
    func randomSplits(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let (expected, bytes) = try FrameDecoderTests.conversation()
        var decoder = FrameDecoder(payloadLimit: Limits.payloadBytes)
        var found: [Frame] = []
        var index = 0
        while index < bytes.count {
            let longest = random.oneIn(4) ? 30 : 20_000
            let end = min(bytes.count, index + Int.random(in: 0...longest, using: &random))
            found += try feed(Array(bytes[index..<end]), to: &decoder)
            index = end
        }
        #expect(found == expected)
    }

    @Test("A frame without payload is there with its header's last byte")
    func emptyPayload() throws {
        #expect(try frames(Message.ping.frame().encoded) == [Frame(.ping)])
    }

    @Test("Damage of any bit of a header is noticed", arguments: 0..<Frame.headerSize)
    func headerDamage(_ index: Int) throws {
        let bytes = Message.list(.all).frame(request: 9).encoded
        for bit in 0..<8 {
            var damaged = bytes
            damaged[index] ^= 1 << UInt8(bit)
            let expected: WireError = index < 3 ? .badMagic : .badHeaderChecksum
            #expect(throws: expected) { try frames(damaged) }
        }
    }

    @Test("A type that this version does not know is named, not skipped", arguments: [0, 21, 255])
    func unknownType(_ type: UInt8) {
        #expect(throws: WireError.unknownType(type)) {
            try frames(FrameDecoderTests.header(type: type, flags: 0, length: 0))
        }
    }

    @Test(
        "Flags are refused until a version gives them a meaning",
        arguments: [1, 0x8000, 0x10000]
    )
    func flags(_ flags: UInt32) {
        #expect(throws: WireError.self) {
            try frames(FrameDecoderTests.header(type: 14, flags: flags, length: 0))
        }
    }

    @Test("Before the welcome a payload has at most 64 KiB, afterwards 2 MiB")
    func payloadLimits() throws {
        var decoder = FrameDecoder()
        let fits = Frame(.batch, payload: [UInt8](repeating: 1, count: Limits.greetingBytes))
        #expect(try feed(fits.encoded, to: &decoder) == [fits])
        let tooLong = FrameDecoderTests.header(
            type: FrameType.batch.rawValue,
            flags: 0,
            length: UInt32(Limits.greetingBytes + 1)
        )
        #expect(throws: WireError.payloadTooLarge(length: 65537, limit: 65536)) {
            try feed(tooLong, to: &decoder)
        }

        var welcomed = FrameDecoder()
        welcomed.payloadLimit = Limits.payloadBytes
        let large = Frame(.batch, payload: [UInt8](repeating: 2, count: Limits.payloadBytes))
        #expect(try feed(large.encoded, to: &welcomed) == [large])
        let tooLarge = FrameDecoderTests.header(
            type: FrameType.batch.rawValue,
            flags: 0,
            length: UInt32(Limits.payloadBytes + 1)
        )
        #expect(throws: WireError.self) { try feed(tooLarge, to: &welcomed) }
        let longest = FrameDecoderTests.header(
            type: FrameType.batch.rawValue,
            flags: 0,
            length: .max
        )
        #expect(throws: WireError.self) { try frames(longest) }
    }

    @Test("A header that announces 2 MiB reserves nothing for them")
    func announcedMemory() throws {
        let count = 400
        var decoders = [FrameDecoder](
            repeating: FrameDecoder(payloadLimit: Limits.payloadBytes),
            count: count
        )
        let opening =
            FrameDecoderTests.header(
                type: FrameType.batch.rawValue,
                flags: 0,
                length: UInt32(Limits.payloadBytes)
            )
            + [UInt8](repeating: 0, count: 1000)
        let before = try FrameDecoderTests.reserved()
        for index in decoders.indices {
            _ = try feed(opening, to: &decoders[index])
            _ = try feed(opening, to: &decoders[index])
        }
        let grown = try FrameDecoderTests.reserved() - before
        // 800 MiB if it were reserved; tests that run beside this one allocate some, too.
        #expect(grown < 400 << 20)
        #expect(decoders.allSatisfy { $0.isInsideFrame })
    }

    /// Bytes of address space that the process has, touched or not.
    private static func reserved() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return try #require(fields.split(separator: " ").first.flatMap { Int($0) }) * 4096
    }

    /// A header with a correct checksum and whatever fields.
    static func header(type: UInt8, flags: UInt32, length: UInt32) -> [UInt8] {
        var writer = ByteWriter()
        writer.raw(Array("TS".utf8) + [1, type])
        writer.integer(flags)
        writer.integer(length)
        writer.integer(UInt32(0))
        writer.integer(UInt32(truncatingIfNeeded: Checksum.xxh3(writer.bytes)))
        return writer.bytes
    }
}
