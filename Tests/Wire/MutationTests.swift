import Core
import TestSupport
import Testing
import Wire

@Suite("Hostile bytes")
struct MutationTests {
    @Test("Mutated conversations never crash nor yield more than the limits", arguments: 1...10)
    func mutations(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let originals =
            try Samples.all().map { $0.frame(request: 1) }.filter {
                $0.payload.count < 5000
            } + MutationTests.batches()
        for _ in 0..<500 {
            let picked = (0..<3).compactMap { _ in originals.randomElement(using: &random) }
            var bytes = picked.flatMap(\.encoded)
            MutationTests.mutate(&bytes, &random)
            guard let found = try? frames(bytes, limit: Limits.greetingBytes) else { continue }
            for frame in found {
                #expect(frame.payload.count <= Limits.greetingBytes)
                MutationTests.use(frame)
            }
        }
    }

    @Test("Mutated payloads behind a correct header never crash", arguments: 1...10)
    func payloads(_ seed: UInt64) throws {
        var random = SeededRandom(seed: 1000 + seed)
        let originals =
            try Samples.all().map { $0.frame() }.filter { $0.payload.count < 5000 }
            + MutationTests.batches()
        for _ in 0..<500 {
            guard var frame = originals.randomElement(using: &random) else { continue }
            MutationTests.mutate(&frame.payload, &random)
            if random.oneIn(10) {
                frame = Frame(
                    FrameType.allCases.randomElement(using: &random) ?? .hello,
                    payload: frame.payload
                )
            }
            MutationTests.use(frame)
        }
    }

    static func batches() throws -> [Frame] {
        let stream = try Samples.stream()
        let body = [UInt8](repeating: 65, count: 600)
        let batch = Batch(
            chunks: [
                Chunk(stream: stream, offset: 5, length: 100),
                Chunk(stream: stream, offset: 105, length: 500),
            ],
            events: [FileEvent(.renamed, stream, path: "a/b")]
        )
        let payload = CompressionTests.compress(body, behind: batch.encodedTable())
        return [Message.batch(payload).frame(), Message.batch(payload).frame(request: 2)]
    }

    /// What a peer does with a frame: read it, and a batch down to its bytes.
    static func use(_ frame: Frame) {
        guard let message = try? Message(frame) else { return }
        #expect(
            message.frame(request: frame.request).payload.count <= max(65_536, frame.payload.count)
        )
        guard case .batch(let payload) = message,
            let (batch, body) = try? BatchTests.decode(payload)
        else { return }
        #expect(batch.rawBytes <= Limits.batchBytes)
        #expect(batch.chunks.count + batch.events.count <= Limits.batchEntries)
        let bytes = try? CompressionTests.decompress(
            Array(payload[body...]),
            count: batch.rawBytes
        )
        #expect(bytes == nil || bytes?.count == batch.rawBytes)
    }

    static func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.remove(at: index)
            case 3:
                bytes.insert(
                    contentsOf: random.bytes(Int.random(in: 1...8, using: &random)),
                    at: index
                )
            case 4: bytes.removeSubrange(index...)
            default: bytes[index] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
            }
        }
    }
}
