import Core
import Testing
import Wire

/// Messages of every type, from empty to as long as they may be.
enum Samples {
    static let file = FileID(0x0123_4567_89ab_cdef)
    static let highest = UInt64(Int64.max)

    static func stream(
        _ file: UInt64 = 0x0123_4567_89ab_cdef,
        _ generation: Generation = 1
    )
        throws -> StreamID
    {
        StreamID(file: try #require(FileID(file)), generation: generation)
    }

    static func digest(_ byte: UInt8) throws -> Digest {
        try #require(Digest([UInt8](repeating: byte, count: Digest.size)))
    }

    static func all() throws -> [Message] {
        try greetings() + streams() + claims() + certificates() + refusals()
            + [.ack, .ping, .pong, .batch([]), .batch([1, 2, 3])]
    }

    private static func greetings() throws -> [Message] {
        let hello = Hello(
            versions: 1...3,
            agentVersion: "0.1.0",
            host: "büro",
            user: "u",
            system: "Linux 6.1",
            instance: .max,
            nonce: Nonce(high: 1, low: .max),
            sources: [
                SourceFacts(name: "claude-code", root: BytePath([0x2f, 0xff, 0xfe, 10, 0x80])),
                SourceFacts(name: "", root: ""),
            ]
        )
        let empty = Hello(
            versions: 0...0,
            agentVersion: "",
            host: "",
            user: "",
            system: "",
            instance: 0,
            nonce: .none,
            sources: []
        )
        let name = String(repeating: "n", count: 255)
        let longest = Hello(
            versions: 0...UInt16.max,
            agentVersion: name,
            host: name,
            user: name,
            system: name,
            instance: .max,
            nonce: Nonce(high: .max, low: .max),
            sources: [SourceFacts](
                repeating: SourceFacts(
                    name: String(repeating: "s", count: 64),
                    root: BytePath([UInt8](repeating: 0xff, count: 900))
                ),
                count: 64
            )
        )
        var sums = PositionSums()
        sums.add(Position(stream: try stream(), offset: 17))
        let sentence = String(repeating: "ß", count: 1024)
        let welcome = Welcome(
            version: .max,
            receiverVersion: name,
            name: name,
            nonce: Nonce(high: 3, low: 4),
            compareAll: true,
            window: Window(bytes: .max, reason: .shuttingDown, text: sentence),
            renew: true,
            sums: sums
        )
        let plain = Welcome(
            version: 1,
            receiverVersion: "",
            name: "",
            nonce: .none,
            compareAll: false,
            window: Window(bytes: 0, reason: .open),
            renew: false,
            sums: PositionSums()
        )
        return [.hello(hello), .hello(empty), .hello(longest), .welcome(welcome), .welcome(plain)]
            + [.open, .diskNearlyFull, .ingestBehind, .storageFailing, .shuttingDown].map {
                .window(Window(bytes: 1 << 20, reason: $0, text: "because"))
            }
    }

    private static func streams() throws -> [Message] {
        var set = BucketSet()
        set.insert(0)
        set.insert(255)
        let position = Position(stream: try stream(.max, .max), offset: highest)
        let many = Positions(
            entries: [Position](repeating: position, count: Positions.limit),
            isLast: true
        )
        let longest = OpenRequest(
            file: file,
            generation: .max,
            source: String(repeating: "s", count: 64),
            path: BytePath([UInt8](repeating: 0xfe, count: Limits.pathBytes)),
            reason: .mismatch,
            size: highest,
            modified: WallTime(nanoseconds: .min),
            mode: .max,
            proven: highest
        )
        var new = longest
        new.file = nil
        new.isNew = true
        let resumes: [Message] = try [.held, .unproven, .tombstone, .closed, .behind].map {
            .resume(Resume(stream: try stream(1, 1), offset: highest, status: $0))
        }
        let opens: [Message] = GenerationReason.allCases.map {
            .open(
                OpenRequest(
                    file: nil,
                    generation: 0,
                    source: "",
                    path: "",
                    reason: $0,
                    size: 0,
                    modified: WallTime(nanoseconds: .max),
                    mode: 0,
                    proven: 0
                )
            )
        }
        return [
            .list(BucketSet()), .list(.all), .list(set), .open(longest), .open(new),
            .positions(Positions(entries: [], isLast: false)), .positions(many),
        ] + resumes + opens
    }

    private static func claims() throws -> [Message] {
        let claim = DigestClaim(stream: try stream(), length: highest, digest: try digest(0xff))
        return [.digest(claim), .verified(claim), .mismatch(claim)]
    }

    private static func certificates() throws -> [Message] {
        let chain = [UInt8](repeating: 65, count: 24 * 1024)
        let request = [UInt8](repeating: 0x30, count: 16 * 1024)
        let name = String(repeating: "n", count: 255)
        return [
            .renew([]), .renew(request), .certificate([]), .certificate(chain),
            .join(JoinRequest(secret: [], name: "", request: [])),
            .join(
                JoinRequest(
                    secret: [UInt8](repeating: 0xff, count: 64),
                    name: name,
                    request: request
                )
            ),
            .joined(
                JoinReply(
                    agent: AgentID(high: .max, low: 0),
                    name: "",
                    certificate: [],
                    authority: []
                )
            ),
            .joined(
                JoinReply(
                    agent: AgentID(high: 1, low: .max),
                    name: name,
                    certificate: chain,
                    authority: chain
                )
            ),
        ]
    }

    private static func refusals() throws -> [Message] {
        let codes = (1...15).compactMap { Refusal.Code(rawValue: UInt16($0)) }
        #expect(codes.count == 15)
        let sentence = String(repeating: "x", count: 2048)
        return codes.map { .refused(Refusal($0, "because", remedy: "do this")) }
            + [
                .error(Refusal(.internal, "")),
                .error(Refusal(.revoked, sentence, remedy: sentence)),
            ]
    }
}

/// All frames in `bytes`, given to a decoder at once.
func frames(
    _ bytes: [UInt8],
    limit: Int = Limits.payloadBytes
) throws(WireError) -> [Frame] {
    var decoder = FrameDecoder(payloadLimit: limit)
    return try feed(bytes, to: &decoder)
}

/// The frames that become complete with `bytes`.
func feed(_ bytes: [UInt8], to decoder: inout FrameDecoder) throws(WireError) -> [Frame] {
    var found: [Frame] = []
    let result = bytes.withUnsafeBytes { raw in
        Result { () throws(WireError) in try decoder.decode(raw, into: &found) }
    }
    try result.get()
    return found
}
