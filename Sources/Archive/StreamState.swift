import Core

/// What is known of one generation of a file, kept small because a receiver holds millions.
package struct StreamState: Sendable, Hashable {
    /// Bytes in the archive.
    package internal(set) var held: UInt64 = 0
    /// When the generation began, by the receiver's clock.
    package let began: WallTime
    /// When bytes were last received.
    package internal(set) var lastReceived: WallTime
    /// The file's modification time when the generation began, by the agent.
    package let modified: WallTime
    /// The file's permission bits when the generation began.
    package let mode: UInt32
    /// Why the generation began, in the wire's numbers.
    package let reason: UInt8
    /// Why the bytes were let go, in the wire's numbers; nil while they are kept.
    package internal(set) var tombstone: UInt8?

    private var closedLength = StreamState.none
    private var digestLength = StreamState.none
    private var digestWords: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    private static let none = UInt64.max

    init(began: WallTime, modified: WallTime, mode: UInt32, reason: UInt8) {
        self.began = began
        lastReceived = began
        self.modified = modified
        self.mode = mode
        self.reason = reason
    }

    /// Where the generation ends; nil while it may grow.
    package internal(set) var closed: UInt64? {
        get { closedLength == StreamState.none ? nil : closedLength }
        set { closedLength = newValue ?? StreamState.none }
    }

    /// Whether anything is known of its content: it has bytes, had them, or has an end.
    package var isMoreThanBegun: Bool { held > 0 || closed != nil || tombstone != nil }

    /// The bytes, from the start, over which both sides computed the same digest; nil before that.
    package var verifiedLength: UInt64? {
        digestLength == StreamState.none ? nil : digestLength
    }

    /// The digest over `verifiedLength` bytes; nil before verification.
    package var digest: Digest? {
        guard digestLength != StreamState.none else { return nil }
        let (a, b, c, d) = digestWords
        var bytes: [UInt8] = []
        for word in [a, b, c, d] { withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) } }
        return Digest(bytes)
    }

    mutating func verify(_ length: UInt64, _ digest: Digest) {
        digestLength = length
        digest.bytes.withUnsafeBytes { bytes in
            digestWords = (
                bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            )
        }
    }

    package static func == (a: StreamState, b: StreamState) -> Bool {
        a.held == b.held && a.began == b.began && a.lastReceived == b.lastReceived
            && a.modified == b.modified && a.mode == b.mode && a.reason == b.reason
            && a.tombstone == b.tombstone && a.closedLength == b.closedLength
            && a.digestLength == b.digestLength && a.digestWords == b.digestWords
    }

    /// Hashes the fields that cost little; `==` compares all.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(held)
        hasher.combine(began)
        hasher.combine(digestWords.0)
    }
}
