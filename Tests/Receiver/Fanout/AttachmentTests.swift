import Backends
import Catalog
import Core
import Delivery
import Foundation
import Platform
import SQL
import Settings
import TestSupport
import Testing
import Transcripts

@testable import Archive
@testable import Receiver

/// Images and documents are files where the backend can hold files.
@Suite("Attachments of what is delivered", .serialized)
final class AttachmentTests {
    private static let picture: [UInt8] =
        [0x89, 0x50, 0x4e, 0x47]
        + (0..<120_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }

    private let folder = NSTemporaryDirectory() + "tailship-attached-" + UUID().uuidString
    private let writer: CatalogWriter
    private let stream: StreamID

    init() throws {
        stream = StreamID(file: try #require(FileID(9)), generation: 1)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        writer = try CatalogWriter.open(BytePath(folder + "/catalog.db"))
        try tell()
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A record with a picture, and with an output that stands elsewhere.
    private func tell() throws {
        let text = Data(AttachmentTests.picture).base64EncodedString()
        let record = Array(
            """
            {"type":"user","message":{"content":[{"type":"image","source":{"type":"base64",\
            "media_type":"image/png","data":"\(text)"}}]}}
            """.utf8
        )
        let path = folder + "/" + Archive.objectPath(stream).description
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(record + [10]).write(to: URL(filePath: path))
        var picture = AttachmentFact(
            ordinal: 0,
            kind: .image,
            size: Int64(AttachmentTests.picture.count)
        )
        picture.mediaType = "image/png"
        picture.hash = Checksum.xxh3(Array(text.utf8))
        var spilled = AttachmentFact(ordinal: 1, kind: .spilled, size: 5000)
        spilled.path = "/home/ann/output.txt"
        var entry = Entry(
            position: RecordPosition(offset: 0, length: UInt64(record.count)),
            kind: "user"
        )
        entry.eventKey = "one"
        entry.session = "s"
        entry.timestamp = WallTime(nanoseconds: 1_790_000_000_000_000_000)
        entry.facts = [.attachment(picture), .attachment(spilled)]
        try writer.begin()
        try writer.upsert(
            FileFacts(
                stream: stream,
                agent: AgentID(high: 1, low: 2),
                agentName: "ann@host",
                owner: "ann",
                source: "claude-code",
                path: "projects/p/a.jsonl",
                tool: .claudeCode,
                held: UInt64(record.count + 1),
                began: WallTime(nanoseconds: 1),
                changed: WallTime(nanoseconds: 2)
            )
        )
        _ = try writer.apply(
            FileBatch(
                stream: stream,
                items: [FileBatch.Item(entry)],
                parsedOffset: UInt64(record.count + 1),
                lines: 1,
                readerState: [],
                received: WallTime(nanoseconds: 1_790_000_000_000_000_000)
            )
        )
        try writer.commit()
    }

    private func drive(
        _ backend: ConsumerSettings.Backend,
        redact: ConsumerSettings.Redaction = .none,
        in root: String? = nil,
        trouble: String? = nil
    ) throws -> [String: Data] {
        var settings = ConsumerSettings(name: "\(backend)-\(redact)")
        let root = root ?? folder + "/\(backend)-\(redact)"
        settings.backend = backend
        settings.directory = BytePath(root)
        settings.batchAge = .zero
        settings.redact = redact
        let driver = try ConsumerDriver(
            settings,
            backend: BackendFactory.make(settings),
            storage: BytePath(folder)
        )
        _ = driver.work { _ in true }
        let status = driver.status()
        #expect(status.state == (trouble == nil ? .current : .retrying))
        if let trouble { #expect(status.trouble?.contains(trouble) == true) }
        let attachments = root + "/attachments"
        var found: [String: Data] = [:]
        let names = FileManager.default.enumerator(atPath: attachments)?.allObjects
        for name in names as? [String] ?? [] where !name.hasSuffix(".parquet") {
            found[name] = FileManager.default.contents(atPath: attachments + "/" + name)
        }
        return found.filter { !$0.value.isEmpty }
    }

    @Test(
        "are files named by their rows, and go with them",
        arguments: [ConsumerSettings.Backend.jsonl, .parquet]
    )
    func files(backend: ConsumerSettings.Backend) throws {
        let kept = try drive(backend)
        #expect(kept.values.map { Array($0) } == [AttachmentTests.picture])
        let reader = try FeedReader(path: BytePath(folder + "/catalog.db"))
        let rows = try reader.rows(after: 0, limit: 1000).rows
        let picture = try #require(rows.first { $0["kind"].text == "image" })
        #expect(kept.keys.first?.hasSuffix("/\(picture.id).png") == true)
        // Delivered again, nothing changes; forgotten, it is gone.
        #expect(try drive(backend) == kept)
        try writer.begin()
        _ = try writer.forget([stream])
        try writer.commit()
        #expect(try drive(backend).isEmpty)
    }

    @Test(
        "wait where the disk is full, and are whole when there is room",
        .enabled(if: SmallDisk.isPossible, "a small disk is mounted, which needs root"),
        arguments: [ConsumerSettings.Backend.jsonl, .parquet]
    )
    func fullDisk(backend: ConsumerSettings.Backend) throws {
        let disk = try SmallDisk(kibibytes: 100)
        let root = disk.path + "/out"
        let left = try drive(backend, in: root, trouble: "No space left on device")
        #expect(left.keys.allSatisfy { !$0.hasSuffix(".png") }, "a part has no name of a picture")
        try disk.resize(kibibytes: 1000)
        let kept = try drive(backend, in: root)
        #expect(kept.values.map { Array($0) } == [AttachmentTests.picture])
    }

    @Test("are not delivered to those who must not have everything")
    func redacted() throws {
        #expect(try drive(.jsonl, redact: .secrets).isEmpty)
    }
}
