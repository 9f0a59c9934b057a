import Core

/// The position digest: for each of 256 buckets the sum of a hash of every open stream's position.
///
/// A stream's bucket is the low byte of its file id; its term is XXH3-64 over file id (8 bytes),
/// durable offset (8) and generation (4), little-endian; sums wrap. So both sides keep the digest with
/// two additions an ack, and only buckets that differ need to be listed.
package struct PositionSums: Hashable, Sendable {
    package private(set) var sums: [UInt64]

    /// The digest of no streams.
    package init() { sums = [UInt64](repeating: 0, count: Limits.positionBuckets) }

    /// - Parameter sums: exactly `Limits.positionBuckets` values, otherwise nil.
    package init?(_ sums: [UInt64]) {
        guard sums.count == Limits.positionBuckets else { return nil }
        self.sums = sums
    }

    /// The bucket of all streams of a file.
    package static func bucket(of file: FileID) -> Int { Int(file.rawValue & 0xff) }

    /// A stream is open at this position.
    package mutating func add(_ position: Position) {
        sums[PositionSums.bucket(of: position.stream.file)] &+= PositionSums.term(position)
    }

    /// A stream that was added is not at this position any more.
    package mutating func remove(_ position: Position) {
        sums[PositionSums.bucket(of: position.stream.file)] &-= PositionSums.term(position)
    }

    /// The buckets in which the two differ.
    package func differences(from other: PositionSums) -> BucketSet {
        var set = BucketSet()
        for bucket in sums.indices where sums[bucket] != other.sums[bucket] {
            set.insert(bucket)
        }
        return set
    }

    private static func term(_ position: Position) -> UInt64 {
        var raw = (
            position.stream.file.rawValue.littleEndian, position.offset.littleEndian,
            position.stream.generation.littleEndian
        )
        return withUnsafeBytes(of: &raw) {
            Checksum.xxh3(UnsafeRawBufferPointer(rebasing: $0[..<20]))
        }
    }
}

/// A set of buckets: 256 bits.
package struct BucketSet: Hashable, Sendable {
    package private(set) var bits: [UInt8]

    /// No buckets.
    package init() { bits = [UInt8](repeating: 0, count: Limits.positionBuckets / 8) }

    init?(_ bits: [UInt8]) {
        guard bits.count == Limits.positionBuckets / 8 else { return nil }
        self.bits = bits
    }

    package static let all: BucketSet = {
        var set = BucketSet()
        for bucket in 0..<Limits.positionBuckets { set.insert(bucket) }
        return set
    }()

    package var isEmpty: Bool { bits.allSatisfy { $0 == 0 } }

    /// Puts in one bucket, 0 to 255.
    package mutating func insert(_ bucket: Int) { bits[bucket / 8] |= 1 << UInt8(bucket % 8) }

    /// Takes the lowest `count` buckets out, or all when there are fewer.
    package mutating func removeFirst(_ count: Int) -> BucketSet {
        var taken = BucketSet()
        var left = count
        for bucket in 0..<Limits.positionBuckets where left > 0 && contains(bucket) {
            taken.insert(bucket)
            bits[bucket / 8] &= ~(1 << UInt8(bucket % 8))
            left -= 1
        }
        return taken
    }

    /// Whether the bucket, 0 to 255, is in the set.
    package func contains(_ bucket: Int) -> Bool {
        bits[bucket / 8] & (1 << UInt8(bucket % 8)) != 0
    }

    /// Whether the file's bucket is in the set.
    package func contains(_ file: FileID) -> Bool { contains(PositionSums.bucket(of: file)) }
}
