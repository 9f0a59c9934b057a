import Archive
import Catalog
import CatalogSupport
import Core
import Foundation
import Platform
import SQL
import Transcripts

@testable import Receiver

/// An archive and a catalog in a folder of their own, and what stands in the archive in the test's hands.
final class IngestStage {
    /// A file as the archive has it.
    struct Content {
        var number: UInt64
        var agent: UInt64
        var source: String
        var path: BytePath
        var bytes: [UInt8]
    }

    private let folder = NSTemporaryDirectory() + "tailship-rows-" + UUID().uuidString
    private let disk: LinuxDisk

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder + "/objects",
            withIntermediateDirectories: true
        )
        disk = try LinuxDisk(root: BytePath(folder), links: .refuse)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Puts the bytes of a file into the archive.
    func archive(_ content: Content) throws {
        let path = Archive.objectPath(try stream(content))
        try disk.makeDirectories(path.parent)
        let file = try disk.open(path, .create)
        try content.bytes.withUnsafeBytes { bytes in
            try file.write(bytes, at: 0)
        }
    }

    private func stream(_ content: Content) throws -> StreamID {
        guard let file = FileID(content.number) else { throw CocoaError(.featureUnsupported) }
        return StreamID(file: file, generation: 1)
    }

    /// The first `held` bytes of a file, as the ingest is told of it.
    func source(
        _ content: Content,
        held: Int? = nil,
        isClosed: Bool = false
    ) throws -> IngestSource {
        IngestSource(
            stream: try stream(content),
            agent: AgentID(high: 1, low: content.agent),
            source: content.source,
            path: content.path,
            held: UInt64(held ?? content.bytes.count),
            isVerified: false,
            isDeleted: false,
            isClosed: isClosed,
            isLatest: true,
            began: WallTime(nanoseconds: 1),
            modified: WallTime(nanoseconds: 1),
            received: WallTime(nanoseconds: 2)
        )
    }

    /// A worker with the catalog; `owner` tells whose an agent is.
    func worker(
        sizes: IngestWorker.Sizes = IngestWorker.Sizes(),
        owner: @escaping (UInt64) -> String = { _ in "ann" }
    ) throws -> IngestWorker {
        let catalog = try CatalogWriter.open(
            BytePath(folder + "/catalog.db"),
            pricing: TablePricing(table: .standard)
        )
        return try IngestWorker(catalog, disk: disk, sizes: sizes) { agent in
            ("agent\(agent.low)", owner(agent.low))
        }
    }

    func reader() throws -> Connection {
        let database = try Connection(path: BytePath(folder + "/catalog.db"), mode: .readOnly)
        try StoredFunctions.define(in: database)
        return database
    }

    /// A second connection that may write.
    func writer() throws -> Connection { try Connection(path: BytePath(folder + "/catalog.db")) }

    /// What the rows take on the disk.
    func catalogBytes() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasPrefix("catalog.db") }
            .reduce(0) { sum, name in
                let attributes = try FileManager.default.attributesOfItem(
                    atPath: folder + "/" + name
                )
                return sum + (attributes[.size] as? Int ?? 0)
            }
    }

    /// All rows, once the totals were found to be sums.
    func dump() throws -> CatalogDump {
        let database = try reader()
        let faults = try SessionSums.differences(database) + Tombstones.ofLivingRows(database)
        guard faults.isEmpty else { throw OperatorError(.internal, "\(faults)") }
        return try CatalogDump(database)
    }
}
