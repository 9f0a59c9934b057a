import Core

/// One message of the protocol; its bytes are specified in docs/protocol.md.
package enum Message: Hashable, Sendable {
    case hello(Hello)
    case welcome(Welcome)
    /// The agent asks for the receiver's positions in these buckets.
    case list(BucketSet)
    case positions(Positions)
    case open(OpenRequest)
    case resume(Resume)
    /// One request could not be granted; the connection goes on.
    case refused(Refusal)
    /// The payload of a batch as it stands on the wire; `Batch` reads it.
    case batch([UInt8])
    /// All batches up to the frame's request number are durable.
    case ack
    case window(Window)
    case digest(DigestClaim)
    case verified(DigestClaim)
    case mismatch(DigestClaim)
    case ping
    case pong
    /// A certificate request in DER.
    case renew([UInt8])
    /// A certificate chain in PEM.
    case certificate([UInt8])
    case join(JoinRequest)
    case joined(JoinReply)
    /// The connection ends after this.
    case error(Refusal)
}

/// The agent's first message.
///
/// Texts for people are cut to their bounds when they are sent, and sources that do not fit into
/// `Limits.greetingBytes` any more (more than 14 roots of the longest path) are left out.
package struct Hello: Hashable, Sendable {
    /// Protocol versions that the agent speaks, both ends included.
    package var versions: ClosedRange<UInt16>
    package var agentVersion: String
    package var host: String
    package var user: String
    package var system: String
    /// Chosen anew at each start of the agent's process.
    package var instance: UInt64
    /// The last one that the agent stored, or `.none`.
    package var nonce: Nonce
    package var sources: [SourceFacts]

    package init(
        versions: ClosedRange<UInt16>,
        agentVersion: String,
        host: String,
        user: String,
        system: String,
        instance: UInt64,
        nonce: Nonce,
        sources: [SourceFacts]
    ) {
        self.versions = versions
        self.agentVersion = agentVersion
        self.host = host
        self.user = user
        self.system = system
        self.instance = instance
        self.nonce = nonce
        self.sources = sources
    }
}

/// What the receiver should know of one source.
package struct SourceFacts: Hashable, Sendable {
    package var name: String
    package var root: BytePath

    package init(name: String, root: BytePath) {
        self.name = name
        self.root = root
    }
}

/// The receiver's answer to hello.
package struct Welcome: Hashable, Sendable {
    package var version: UInt16
    package var receiverVersion: String
    /// The agent's name for people, as the receiver keeps it.
    package var name: String
    /// To be stored before anything is shipped.
    package var nonce: Nonce
    /// The agent's nonce was stale: its whole list of positions is to be compared.
    package var compareAll: Bool
    package var window: Window
    /// The client certificate should be renewed now.
    package var renew: Bool
    package var sums: PositionSums

    package init(
        version: UInt16,
        receiverVersion: String,
        name: String,
        nonce: Nonce,
        compareAll: Bool,
        window: Window,
        renew: Bool,
        sums: PositionSums
    ) {
        self.version = version
        self.receiverVersion = receiverVersion
        self.name = name
        self.nonce = nonce
        self.compareAll = compareAll
        self.window = window
        self.renew = renew
        self.sums = sums
    }
}

/// How many bytes of batches may be on their way unacknowledged, and why so few.
package struct Window: Hashable, Sendable {
    /// Why the window is what it is; the raw values are the protocol's.
    package enum Reason: UInt8, Sendable {
        case open = 0
        case diskNearlyFull = 1
        case ingestBehind = 2
        case storageFailing = 3
        case shuttingDown = 4
    }

    /// Bytes of batch payloads; 0 pauses.
    package var bytes: UInt32
    package var reason: Reason
    /// One sentence for people; empty when open.
    package var text: String

    package init(bytes: UInt32, reason: Reason, text: String = "") {
        self.bytes = bytes
        self.reason = reason
        self.text = text
    }
}

/// One stream and how far it is durable.
package struct Position: Hashable, Sendable {
    package var stream: StreamID
    package var offset: UInt64

    package init(stream: StreamID, offset: UInt64) {
        self.stream = stream
        self.offset = offset
    }
}

/// A part of the receiver's list of positions.
package struct Positions: Hashable, Sendable {
    package var entries: [Position]
    /// Nothing follows.
    package var isLast: Bool

    package init(entries: [Position], isLast: Bool) {
        self.entries = entries
        self.isLast = isLast
    }

    /// Entries that one message holds at most.
    package static let limit = 3000
}

/// Why a generation began.
package enum GenerationReason: UInt8, Sendable, Hashable, CaseIterable {
    case first = 0
    case truncated = 1
    case rewritten = 2
    case replaced = 3
    case snapshot = 4
    /// The receiver's copy differed.
    case mismatch = 5
}

/// The agent wants to ship a file.
package struct OpenRequest: Hashable, Sendable {
    /// The receiver's id of the file where the agent knows it.
    package var file: FileID?
    /// The generation meant.
    ///
    /// 0 is the receiver's latest; one that the receiver does not have begins.
    package var generation: Generation
    package var source: String
    /// Relative to the source's root.
    package var path: BytePath
    package var reason: GenerationReason
    package var size: UInt64
    package var modified: WallTime
    package var mode: UInt32
    /// Up to here the agent has proof that both sides hold the same bytes: an ack, or a verified digest.
    package var proven: UInt64
    /// Whether the receiver is to make a file of its own, whatever has the path there; only without an id.
    package var isNew: Bool

    package init(
        file: FileID?,
        generation: Generation,
        source: String,
        path: BytePath,
        reason: GenerationReason,
        size: UInt64,
        modified: WallTime,
        mode: UInt32,
        proven: UInt64,
        isNew: Bool = false
    ) {
        self.file = file
        self.generation = generation
        self.source = source
        self.path = path
        self.reason = reason
        self.size = size
        self.modified = modified
        self.mode = mode
        self.proven = proven
        self.isNew = isNew
    }
}

/// Where the receiver stands with a stream: the answer to open, and to a chunk that does not fit.
package struct Resume: Hashable, Sendable {
    /// What the agent is to make of the offset; the raw values are the protocol's.
    package enum Status: UInt8, Sendable {
        /// Go on at the offset.
        case held = 0
        /// The receiver holds bytes beyond the agent's proof: compare digests before going on.
        case unproven = 1
        /// The stream was let go (expired or erased) at the offset; nothing of this generation is wanted.
        case tombstone = 2
        /// The stream is closed; nothing is wanted any more.
        case closed = 3
        /// A chunk began beyond the offset and was not taken; it answers no open.
        case behind = 4
    }

    package var stream: StreamID
    package var offset: UInt64
    package var status: Status

    package init(stream: StreamID, offset: UInt64, status: Status) {
        self.stream = stream
        self.offset = offset
        self.status = status
    }
}

/// A stream's length and tree digest, as one side sees it.
///
/// The digest is SHA-256 over the SHA-256 values of each MiB in order (`Limits.blockBytes`).
package struct DigestClaim: Hashable, Sendable {
    package var stream: StreamID
    package var length: UInt64
    package var digest: Digest

    package init(stream: StreamID, length: UInt64, digest: Digest) {
        self.stream = stream
        self.length = length
        self.digest = digest
    }
}

/// Why something was refused, with what to do.
package struct Refusal: Hashable, Sendable {
    /// What kind of refusal it is, for programs; the raw values are the protocol's.
    package enum Code: UInt16, Sendable {
        case malformed = 1
        case unsupportedVersion = 2
        case unknownAgent = 3
        case revoked = 4
        case clonedIdentity = 5
        case replaced = 6
        case badPath = 7
        case unknownStream = 8
        case notNow = 9
        case joinRefused = 10
        case certificateExpired = 11
        case tooManyFiles = 12
        case outOfOrder = 13
        case `internal` = 14
        case goingAway = 15
    }

    package var code: Code
    package var message: String
    package var remedy: String

    package init(_ code: Code, _ message: String, remedy: String = "") {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}

/// A new agent presents its token and asks for a certificate.
package struct JoinRequest: Hashable, Sendable {
    /// 16 bytes out of the token.
    package var secret: [UInt8]
    /// user@host, for people.
    package var name: String
    /// A PKCS#10 certificate request in DER.
    package var request: [UInt8]

    package init(secret: [UInt8], name: String, request: [UInt8]) {
        self.secret = secret
        self.name = name
        self.request = request
    }
}

/// The enrolment is granted.
package struct JoinReply: Hashable, Sendable {
    package var agent: AgentID
    package var name: String
    /// The agent's certificate and the authority's, in PEM.
    package var certificate: [UInt8]
    package var authority: [UInt8]

    package init(agent: AgentID, name: String, certificate: [UInt8], authority: [UInt8]) {
        self.agent = agent
        self.name = name
        self.certificate = certificate
        self.authority = authority
    }
}
