import Core
import Shipping
import Wire

/// Values that the tests of this room have in common.
enum Make {
    static let agent = AgentID(high: 1, low: 2)
    static let other = AgentID(high: 3, low: 4)

    static func file(_ number: UInt64) -> FileID {
        guard let id = FileID(number) else { preconditionFailure("0 is no file") }
        return id
    }

    static func stream(_ number: UInt64, _ generation: Generation = 1) -> StreamID {
        StreamID(file: file(number), generation: generation)
    }

    static func nonce(_ number: UInt64) -> Nonce { Nonce(high: 0, low: number) }

    static func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    static func open(
        _ path: BytePath,
        file: FileID? = nil,
        generation: Generation = 0,
        proven: UInt64 = 0,
        source: String = "notes",
        isNew: Bool = false
    ) -> OpenRequest {
        OpenRequest(
            file: file,
            generation: generation,
            source: source,
            path: path,
            reason: .first,
            size: 0,
            modified: WallTime(nanoseconds: 5),
            mode: 0o644,
            proven: proven,
            isNew: isNew
        )
    }

    static func hello(
        _ nonce: Nonce = .none,
        versions: ClosedRange<UInt16> = ProtocolVersion.supported
    ) -> Hello {
        Hello(
            versions: versions,
            agentVersion: "1",
            host: "h",
            user: "u",
            system: "s",
            instance: 1,
            nonce: nonce,
            sources: []
        )
    }

    static func welcome(
        version: UInt16 = 1,
        window: UInt32 = 1000,
        sums: PositionSums = PositionSums(),
        compareAll: Bool = false,
        renew: Bool = false
    ) -> Welcome {
        Welcome(
            version: version,
            receiverVersion: "1",
            name: "u@h",
            nonce: nonce(7),
            compareAll: compareAll,
            window: Window(bytes: window, reason: .open),
            renew: renew,
            sums: sums
        )
    }

    static func claim(_ stream: StreamID, _ length: UInt64) -> DigestClaim {
        guard let digest = Digest([UInt8](repeating: 1, count: Digest.size)) else {
            preconditionFailure("32 bytes are a digest")
        }
        return DigestClaim(stream: stream, length: length, digest: digest)
    }

    static func chunk(_ stream: StreamID, _ range: Range<UInt64>) -> Chunk {
        Chunk(stream: stream, offset: range.lowerBound, length: range.count)
    }

    /// The payload of a batch whose bytes nobody looks at.
    static func payload(_ batch: Batch) -> [UInt8] {
        batch.encodedTable() + (batch.rawBytes > 0 ? [0] : [])
    }
}

extension Uplink {
    /// One that was welcomed at once and may ship.
    static func shipping(window: UInt32 = 1000, lastRequest: UInt32 = 0) -> Uplink {
        var uplink = Uplink(sums: PositionSums(), now: Make.at(0), lastRequest: lastRequest)
        _ = uplink.begin(Make.hello())
        _ = uplink.received(
            .welcome(Make.welcome(window: window)),
            request: 0,
            now: Make.at(0)
        )
        return uplink
    }

    /// Opens a stream and lets it be answered.
    mutating func opened(_ local: LocalStream, _ stream: StreamID, at offset: UInt64 = 0) {
        guard case .send(_, let request) = open(local, Make.open("a")) else { return }
        _ = received(
            .resume(Resume(stream: stream, offset: offset, status: .held)),
            request: request,
            now: Make.at(0)
        )
    }

    /// Ships the bytes of a stream in one batch.
    mutating func ship(_ local: LocalStream, _ stream: StreamID, _ range: Range<UInt64>) -> UInt32 {
        batch([(local, Make.chunk(stream, range))], events: nil, bytes: range.count)
    }
}
