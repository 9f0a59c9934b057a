import Core

extension Message {
    /// Reads the frame's payload; anything that does not fit its type exactly is refused.
    package init(_ frame: Frame) throws(WireError) {
        switch frame.type {
        case .batch: self = .batch(frame.payload)
        case .renew: self = .renew(try Message.whole(frame, limit: FieldLimit.request))
        case .certificate:
            self = .certificate(try Message.whole(frame, limit: FieldLimit.certificate))
        default:
            let result = frame.payload.withUnsafeBytes {
                (bytes) -> Result<Message, WireError> in
                Result { () throws(WireError) -> Message in try Message(frame.type, bytes) }
            }
            self = try result.get()
        }
    }

    private static func whole(_ frame: Frame, limit: Int) throws(WireError) -> [UInt8] {
        guard frame.payload.count <= limit else {
            throw .payloadTooLarge(length: frame.payload.count, limit: limit)
        }
        return frame.payload
    }

    private init(_ type: FrameType, _ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = ByteReader(bytes)
        switch type {
        case .hello: self = .hello(try Hello(&reader))
        case .welcome: self = .welcome(try Welcome(&reader))
        case .list:
            guard let set = BucketSet(try reader.raw(Limits.positionBuckets / 8)) else {
                throw .truncated
            }
            self = .list(set)
        case .positions: self = .positions(try Positions(&reader))
        case .open: self = .open(try OpenRequest(&reader))
        case .resume: self = .resume(try Resume(&reader))
        case .refused: self = .refused(try Refusal(&reader))
        case .ack: self = .ack
        case .window: self = .window(try Window(&reader))
        case .digest: self = .digest(try DigestClaim(&reader))
        case .verified: self = .verified(try DigestClaim(&reader))
        case .mismatch: self = .mismatch(try DigestClaim(&reader))
        case .ping: self = .ping
        case .pong: self = .pong
        case .join: self = .join(try JoinRequest(&reader))
        case .joined: self = .joined(try JoinReply(&reader))
        case .error: self = .error(try Refusal(&reader))
        case .batch, .renew, .certificate:
            preconditionFailure("these are taken whole")
        }
        try reader.end()
    }
}

extension Hello {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let lowest: UInt16 = try reader.integer()
        let highest: UInt16 = try reader.integer()
        guard lowest <= highest else { throw .malformed("a range of versions that is empty") }
        let agentVersion = try reader.text(limit: FieldLimit.name)
        let host = try reader.text(limit: FieldLimit.name)
        let user = try reader.text(limit: FieldLimit.name)
        let system = try reader.text(limit: FieldLimit.name)
        let instance: UInt64 = try reader.integer()
        let nonce = Nonce(high: try reader.integer(), low: try reader.integer())
        let count = Int(try reader.integer(UInt16.self))
        guard count <= Limits.sources else { throw .malformed("\(count) sources") }
        var sources: [SourceFacts] = []
        for _ in 0..<count {
            let name = try reader.text(limit: FieldLimit.source)
            let root = BytePath(try reader.field(limit: Limits.pathBytes))
            sources.append(SourceFacts(name: name, root: root))
        }
        self.init(
            versions: lowest...highest,
            agentVersion: agentVersion,
            host: host,
            user: user,
            system: system,
            instance: instance,
            nonce: nonce,
            sources: sources
        )
    }
}

extension Welcome {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let version: UInt16 = try reader.integer()
        let receiverVersion = try reader.text(limit: FieldLimit.name)
        let name = try reader.text(limit: FieldLimit.name)
        let nonce = Nonce(high: try reader.integer(), low: try reader.integer())
        let compareAll = try reader.bool()
        let renew = try reader.bool()
        let window = try Window(&reader)
        var sums: [UInt64] = []
        for _ in 0..<Limits.positionBuckets { sums.append(try reader.integer()) }
        guard let sums = PositionSums(sums) else { throw .truncated }
        self.init(
            version: version,
            receiverVersion: receiverVersion,
            name: name,
            nonce: nonce,
            compareAll: compareAll,
            window: window,
            renew: renew,
            sums: sums
        )
    }
}

extension Window {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let bytes: UInt32 = try reader.integer()
        let raw: UInt8 = try reader.integer()
        guard let reason = Reason(rawValue: raw) else { throw .malformed("window reason \(raw)") }
        self.init(
            bytes: bytes,
            reason: reason,
            text: try reader.text(limit: FieldLimit.sentence)
        )
    }
}

extension StreamID {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let file: UInt64 = try reader.integer()
        let generation: UInt32 = try reader.integer()
        guard let file = FileID(file), generation > 0 else {
            throw .malformed("a stream without file id or generation")
        }
        self.init(file: file, generation: generation)
    }
}

extension Positions {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let isLast = try reader.bool()
        let count = Int(try reader.integer(UInt32.self))
        guard count <= Positions.limit else { throw .malformed("\(count) positions at once") }
        var entries: [Position] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let stream = try StreamID(&reader)
            entries.append(Position(stream: stream, offset: try reader.offset()))
        }
        self.init(entries: entries, isLast: isLast)
    }
}

extension OpenRequest {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let file: UInt64 = try reader.integer()
        let generation: UInt32 = try reader.integer()
        let rawReason: UInt8 = try reader.integer()
        guard let reason = GenerationReason(rawValue: rawReason) else {
            throw .malformed("generation reason \(rawReason)")
        }
        let size = try reader.offset()
        let modified: Int64 = try reader.integer()
        let mode: UInt32 = try reader.integer()
        let proven = try reader.offset()
        let isNew = try reader.bool()
        guard !isNew || file == 0 else { throw .malformed("a new file that has an id") }
        let source = try reader.text(limit: FieldLimit.source)
        let path = BytePath(try reader.field(limit: Limits.pathBytes))
        self.init(
            file: FileID(file),
            generation: generation,
            source: source,
            path: path,
            reason: reason,
            size: size,
            modified: WallTime(nanoseconds: modified),
            mode: mode,
            proven: proven,
            isNew: isNew
        )
    }
}

extension Resume {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let stream = try StreamID(&reader)
        let offset = try reader.offset()
        let raw: UInt8 = try reader.integer()
        guard let status = Status(rawValue: raw) else { throw .malformed("resume status \(raw)") }
        self.init(stream: stream, offset: offset, status: status)
    }
}

extension DigestClaim {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let stream = try StreamID(&reader)
        let length = try reader.offset()
        guard let digest = Digest(try reader.raw(Digest.size)) else { throw .truncated }
        self.init(stream: stream, length: length, digest: digest)
    }
}

extension Refusal {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let raw: UInt16 = try reader.integer()
        let message = try reader.text(limit: FieldLimit.sentence)
        let remedy = try reader.text(limit: FieldLimit.sentence)
        // A later version's code still carries its sentence; it is shown as it is.
        self.init(Code(rawValue: raw) ?? .internal, message, remedy: remedy)
    }
}

extension JoinRequest {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let secret = try reader.field(limit: FieldLimit.secret)
        let name = try reader.text(limit: FieldLimit.name)
        self.init(
            secret: secret,
            name: name,
            request: try reader.field(limit: FieldLimit.request)
        )
    }
}

extension JoinReply {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let agent = AgentID(high: try reader.integer(), low: try reader.integer())
        let name = try reader.text(limit: FieldLimit.name)
        let certificate = try reader.field(limit: FieldLimit.certificate)
        let authority = try reader.field(limit: FieldLimit.certificate)
        self.init(agent: agent, name: name, certificate: certificate, authority: authority)
    }
}
