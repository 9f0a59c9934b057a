import Core
import TestSupport
import Testing
import Wire

@Suite("The position digest")
struct PositionSumsTests {
    static func positions(_ count: Int, _ random: inout SeededRandom) -> [Position] {
        (0..<count).compactMap { _ in
            FileID(random.next()).map {
                Position(
                    stream: StreamID(file: $0, generation: .random(in: 1...9, using: &random)),
                    offset: .random(in: 0...(1 << 40), using: &random)
                )
            }
        }
    }

    @Test("The order of additions does not matter, and removing takes back", arguments: 1...10)
    func order(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let positions = PositionSumsTests.positions(300, &random)
        var forward = PositionSums()
        for position in positions { forward.add(position) }
        var shuffled = PositionSums()
        for position in positions.shuffled(using: &random) { shuffled.add(position) }
        #expect(forward == shuffled)
        for position in positions.shuffled(using: &random) { forward.remove(position) }
        #expect(forward == PositionSums())
    }

    @Test("Only the bucket of a file that moved differs", arguments: 1...10)
    func differences(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let positions = PositionSumsTests.positions(300, &random)
        var sums = PositionSums()
        for position in positions { sums.add(position) }
        var other = sums
        #expect(sums.differences(from: other).isEmpty)
        let moved = try #require(positions.first)
        other.remove(moved)
        other.add(Position(stream: moved.stream, offset: moved.offset + 1))
        let set = sums.differences(from: other)
        for bucket in 0..<Limits.positionBuckets {
            #expect(set.contains(bucket) == (bucket == PositionSums.bucket(of: moved.stream.file)))
        }
        #expect(set.contains(moved.stream.file))
        #expect(set == other.differences(from: sums))
    }

    @Test("Offset, generation and file each change the digest")
    func everyField() throws {
        let base = Position(stream: try Samples.stream(0x100, 1), offset: 1)
        let variants = [
            Position(stream: try Samples.stream(0x100, 1), offset: 2),
            Position(stream: try Samples.stream(0x100, 2), offset: 1),
            Position(stream: try Samples.stream(0x200, 1), offset: 1),
        ]
        var sums = PositionSums()
        sums.add(base)
        for variant in variants {
            var other = PositionSums()
            other.add(variant)
            #expect(sums.differences(from: other).contains(0))
        }
    }

    @Test("Sums of another number than 256 are none")
    func size() {
        #expect(PositionSums([]) == nil)
        #expect(PositionSums([UInt64](repeating: 0, count: 257)) == nil)
        #expect(PositionSums([UInt64](repeating: 0, count: 256)) == PositionSums())
    }

    @Test(
        "Taking buckets out gives every one once, lowest first",
        arguments: [1, 32, 255, 256, 999]
    )
    func slices(_ count: Int) {
        var rest = BucketSet.all
        var seen: [Int] = []
        while !rest.isEmpty {
            let part = rest.removeFirst(count)
            seen += (0..<Limits.positionBuckets).filter { part.contains($0) }
        }
        #expect(seen == Array(0..<Limits.positionBuckets))
        #expect(rest.removeFirst(count).isEmpty)
    }
}
