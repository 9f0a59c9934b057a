/// A random 128-bit identity of one enrolled agent; it stands in the certificate and in archive paths.
package struct AgentID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the 32 lowercase hexadecimal digits that `description` writes; nil for anything else.
    package init?(_ text: String) {
        guard let bytes = Hex.decode(text), bytes.count == 16 else { return nil }
        self.high = Hex.bigEndian(bytes[0..<8])
        self.low = Hex.bigEndian(bytes[8..<16])
    }

    package var description: String { Hex.encode(high) + Hex.encode(low) }

    package static func < (a: AgentID, b: AgentID) -> Bool {
        (a.high, a.low) < (b.high, b.low)
    }
}

/// A random 64-bit identity of one file of one agent, minted by the receiver; never zero.
package struct FileID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: UInt64

    /// Zero means "none" on the wire and is not an identity.
    package init?(_ rawValue: UInt64) {
        guard rawValue != 0 else { return nil }
        self.rawValue = rawValue
    }

    package var description: String { Hex.encode(rawValue) }

    package static func < (a: FileID, b: FileID) -> Bool { a.rawValue < b.rawValue }
}

/// One content of a file: it only ever grows.
///
/// A rewrite or truncation begins the next generation. The first generation of a file is 1; 0 means "the latest" in a request.
package typealias Generation = UInt32

/// One generation of one file, the unit that bytes are appended to.
package struct StreamID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let file: FileID
    package let generation: Generation

    package init(file: FileID, generation: Generation) {
        self.file = file
        self.generation = generation
    }

    package var description: String { "\(file)/\(generation)" }

    package static func < (a: StreamID, b: StreamID) -> Bool {
        (a.file, a.generation) < (b.file, b.generation)
    }
}

/// 16 random bytes that the receiver hands out at each welcome, to tell clones of one agent apart.
package struct Nonce: Hashable, Sendable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// What an agent presents that has never been welcomed.
    package static let none = Nonce(high: 0, low: 0)

    package var description: String { Hex.encode(high) + Hex.encode(low) }
}

/// A SHA-256 value: 32 bytes.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// - Parameter bytes: exactly 32 bytes, otherwise nil.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Digest.size else { return nil }
        self.bytes = bytes
    }

    /// The number of bytes of a digest.
    package static let size = 32

    package var description: String { Hex.encode(bytes) }
}

extension AgentID {
    /// - Parameter bytes: exactly 16, most significant first; otherwise nil.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(high: Hex.bigEndian(bytes[0..<8]), low: Hex.bigEndian(bytes[8..<16]))
    }

    /// 16 bytes, most significant first.
    package var bytes: [UInt8] { Hex.bytes(high) + Hex.bytes(low) }
}

extension Nonce {
    /// - Parameter bytes: exactly 16, most significant first; otherwise nil.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(high: Hex.bigEndian(bytes[0..<8]), low: Hex.bigEndian(bytes[8..<16]))
    }

    /// 16 bytes, most significant first.
    package var bytes: [UInt8] { Hex.bytes(high) + Hex.bytes(low) }
}
