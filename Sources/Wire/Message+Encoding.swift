import Core

extension Message {
    package var type: FrameType {
        switch self {
        case .hello: .hello
        case .welcome: .welcome
        case .list: .list
        case .positions: .positions
        case .open: .open
        case .resume: .resume
        case .refused: .refused
        case .batch: .batch
        case .ack: .ack
        case .window: .window
        case .digest: .digest
        case .verified: .verified
        case .mismatch: .mismatch
        case .ping: .ping
        case .pong: .pong
        case .renew: .renew
        case .certificate: .certificate
        case .join: .join
        case .joined: .joined
        case .error: .error
        }
    }

    /// The message as a frame that answers or carries `request`.
    package func frame(request: UInt32 = 0) -> Frame {
        Frame(type, request: request, payload: payload)
    }

    private var payload: [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .hello(let hello): hello.encode(into: &writer)
        case .welcome(let welcome): welcome.encode(into: &writer)
        case .list(let set): writer.raw(set.bits)
        case .positions(let positions): positions.encode(into: &writer)
        case .open(let open): open.encode(into: &writer)
        case .resume(let resume): resume.encode(into: &writer)
        case .refused(let refusal), .error(let refusal): refusal.encode(into: &writer)
        case .batch(let payload): return payload
        case .window(let window): window.encode(into: &writer)
        case .digest(let claim), .verified(let claim), .mismatch(let claim):
            claim.encode(into: &writer)
        case .ack, .ping, .pong: break
        case .renew(let bytes), .certificate(let bytes): return bytes
        case .join(let join): join.encode(into: &writer)
        case .joined(let reply): reply.encode(into: &writer)
        }
        return writer.bytes
    }
}

extension Hello {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.integer(versions.lowerBound)
        writer.integer(versions.upperBound)
        writer.text(agentVersion, limit: FieldLimit.name)
        writer.text(host, limit: FieldLimit.name)
        writer.text(user, limit: FieldLimit.name)
        writer.text(system, limit: FieldLimit.name)
        writer.integer(instance)
        writer.integer(nonce.high)
        writer.integer(nonce.low)
        var budget = Limits.greetingBytes - writer.bytes.count - 2
        let fitting = sources.prefix(Limits.sources).prefix { source in
            budget -= 4 + source.name.utf8.count + source.root.bytes.count
            return budget >= 0
        }
        writer.integer(UInt16(fitting.count))
        for source in fitting {
            writer.text(source.name)
            writer.field(source.root.bytes)
        }
    }
}

extension Welcome {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.integer(version)
        writer.text(receiverVersion, limit: FieldLimit.name)
        writer.text(name, limit: FieldLimit.name)
        writer.integer(nonce.high)
        writer.integer(nonce.low)
        writer.bool(compareAll)
        writer.bool(renew)
        window.encode(into: &writer)
        for sum in sums.sums { writer.integer(sum) }
    }
}

extension Window {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.integer(bytes)
        writer.integer(reason.rawValue)
        writer.text(text, limit: FieldLimit.sentence)
    }
}

extension StreamID {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.integer(file.rawValue)
        writer.integer(generation)
    }
}

extension Positions {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.bool(isLast)
        writer.integer(UInt32(entries.count))
        for entry in entries {
            entry.stream.encode(into: &writer)
            writer.integer(entry.offset)
        }
    }
}

extension OpenRequest {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.integer(file?.rawValue ?? 0)
        writer.integer(generation)
        writer.integer(reason.rawValue)
        writer.integer(size)
        writer.integer(modified.nanoseconds)
        writer.integer(mode)
        writer.integer(proven)
        writer.bool(isNew)
        writer.text(source)
        writer.field(path.bytes)
    }
}

extension Resume {
    fileprivate func encode(into writer: inout ByteWriter) {
        stream.encode(into: &writer)
        writer.integer(offset)
        writer.integer(status.rawValue)
    }
}

extension DigestClaim {
    fileprivate func encode(into writer: inout ByteWriter) {
        stream.encode(into: &writer)
        writer.integer(length)
        writer.raw(digest.bytes)
    }
}

extension Refusal {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.integer(code.rawValue)
        writer.text(message, limit: FieldLimit.sentence)
        writer.text(remedy, limit: FieldLimit.sentence)
    }
}

extension JoinRequest {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.field(secret)
        writer.text(name, limit: FieldLimit.name)
        writer.field(request)
    }
}

extension JoinReply {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.integer(agent.high)
        writer.integer(agent.low)
        writer.text(name, limit: FieldLimit.name)
        writer.field(certificate)
        writer.field(authority)
    }
}
