import Archive
import Core
import Platform
import TestSupport

/// An archive on a simulated disk, with shorthands.
final class ArchiveFixture {
    let disk: SimulatedDisk
    let archive: Archive
    static let agent = AgentID(high: 0xa, low: 0xb)
    static let root = BytePath("archive/\(agent)/notes")
    static let time = WallTime(nanoseconds: 1_000)
    private var sequence: UInt64 = 0

    init(_ disk: SimulatedDisk = SimulatedDisk(), options: ArchiveOptions = ArchiveOptions()) throws
    {
        self.disk = disk
        archive = try Archive.open(disk: disk, options: options, salt: { 11 })
        sequence = archive.appliedSequence
    }

    static func file(_ number: UInt64) -> FileID {
        guard let id = FileID(number) else { preconditionFailure("zero is no file") }
        return id
    }

    static func stream(_ file: UInt64, _ generation: Generation = 1) -> StreamID {
        StreamID(file: self.file(file), generation: generation)
    }

    @discardableResult
    func create(_ file: UInt64, _ path: BytePath, source: String = "notes") throws -> ArchiveOutcome
    {
        try archive.apply(
            .fileCreated(
                file: ArchiveFixture.file(file),
                agent: ArchiveFixture.agent,
                source: source,
                path: path,
                received: ArchiveFixture.time
            )
        )
    }

    @discardableResult
    func begin(_ file: UInt64, _ generation: Generation = 1) throws -> ArchiveOutcome {
        try archive.apply(
            .generationBegan(
                stream: ArchiveFixture.stream(file, generation),
                received: ArchiveFixture.time,
                modified: ArchiveFixture.time,
                mode: 0o644,
                reason: 0
            )
        )
    }

    @discardableResult
    func append(
        _ file: UInt64,
        _ generation: Generation = 1,
        at offset: UInt64 = 0,
        _ bytes: [UInt8]
    ) throws -> AppendOutcome {
        try bytes.withUnsafeBytes {
            try archive.append(
                stream: ArchiveFixture.stream(file, generation),
                offset: offset,
                bytes: $0,
                received: ArchiveFixture.time
            )
        }
    }

    @discardableResult
    func append(_ file: UInt64, at offset: UInt64 = 0, _ bytes: [UInt8]) throws -> AppendOutcome {
        try append(file, 1, at: offset, bytes)
    }

    /// Creates a file whose first generation is `text`.
    func add(_ file: UInt64, _ path: BytePath, _ text: String) throws {
        try create(file, path)
        try begin(file)
        try append(file, Array(text.utf8))
    }

    @discardableResult
    func rename(_ file: UInt64, _ path: BytePath) throws -> ArchiveOutcome {
        try archive.apply(
            .renamed(file: ArchiveFixture.file(file), path: path, received: ArchiveFixture.time)
        )
    }

    @discardableResult
    func delete(_ file: UInt64) throws -> ArchiveOutcome {
        try archive.apply(
            .deleted(file: ArchiveFixture.file(file), received: ArchiveFixture.time)
        )
    }

    func synchronize() throws {
        sequence += 1
        try archive.synchronize(applied: sequence)
    }

    /// The view of the source "notes": names and what is in them as text.
    var view: [String: String] {
        var found: [String: String] = [:]
        for path in disk.files(below: ArchiveFixture.root) {
            let name = path.relative(to: ArchiveFixture.root)?.description ?? ""
            found[name] = String(decoding: disk.contents(path) ?? [], as: UTF8.self)
        }
        return found
    }

    func contents(_ file: UInt64, _ generation: Generation = 1) -> [UInt8]? {
        disk.contents(Archive.objectPath(ArchiveFixture.stream(file, generation)))
    }

    func states() -> [FileID: FileState] {
        var found: [FileID: FileState] = [:]
        archive.forEachFile { found[$0.id] = $0 }
        return found
    }
}
