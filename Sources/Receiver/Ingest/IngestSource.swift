import Archive
import Core

/// A stream of the archive as the ingest needs to know it.
struct IngestSource: Sendable, Hashable {
    let stream: StreamID
    let agent: AgentID
    let source: String
    let path: BytePath
    /// Bytes in the archive.
    var held: UInt64
    var isVerified: Bool
    let isDeleted: Bool
    /// Nothing more will come.
    var isClosed: Bool
    /// The newest content of its file.
    let isLatest: Bool
    let began: WallTime
    /// When its file had last been written when it began, by the workstation's clock.
    let modified: WallTime
    let received: WallTime
}

extension IngestSource {
    /// How long a file is on its way, at most as a rule.
    private static let shipping: Duration = .seconds(60)

    /// Nil for a stream that is not in the archive, or whose bytes were let go.
    init?(_ id: StreamID, in archive: Archive) {
        guard let file = archive.file(id.file), let stream = file.generations[id.generation]
        else { return nil }
        self.init(id, stream, of: file)
    }

    /// Nil for a stream whose bytes were let go.
    init?(_ id: StreamID, _ stream: StreamState, of file: FileState) {
        guard stream.tombstone == nil else { return nil }
        self.stream = id
        agent = file.agent
        source = file.source
        path = file.path
        held = stream.held
        isVerified = stream.verifiedLength == stream.held
        isDeleted = file.isDeleted
        // One that was only begun replaces nothing: a power loss may have taken back what began it, and then bytes go on
        // coming for the one before.
        isLatest = !file.generations.contains { $0.key > id.generation && $0.value.isMoreThanBegun }
        isClosed = stream.closed != nil || !isLatest
        began = stream.began
        modified = stream.modified
        received = stream.lastReceived
    }

    /// When its file was written last, about: one that was shipped as a whole was not written since.
    var written: WallTime {
        received - began > IngestSource.shipping ? received : min(modified, received)
    }

    /// Every stream whose bytes are in the archive.
    static func all(in archive: Archive) -> [IngestSource] {
        var sources: [IngestSource] = []
        archive.forEachFile { file in
            for (generation, stream) in file.generations {
                let id = StreamID(file: file.id, generation: generation)
                if let source = IngestSource(id, stream, of: file) { sources.append(source) }
            }
        }
        return sources
    }
}
