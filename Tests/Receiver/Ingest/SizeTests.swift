import Catalog
import Core
import Foundation
import SQL
import Testing

@testable import Receiver

/// What a receiver needs of the disk for what it keeps.
@Suite("Size") struct SizeTests {
    private static let folder = ProcessInfo.processInfo.environment["TAILSHIP_SESSIONS"]
    private static let hint: Comment = "set TAILSHIP_SESSIONS to a folder of real sessions"
    private static let presets = ["claude": "claude-code", "codex": "codex", "gemini": "gemini"]

    /// Bytes of the rows with their search index for each raw byte, when all of it was taken in.
    private func rows(of files: [IngestStage.Content]) throws -> Double {
        let stage = try IngestStage()
        let worker = try stage.worker()
        for file in files {
            try stage.archive(file)
            try worker.take([stage.source(file, isClosed: true)])
        }
        try worker.settleAll()
        worker.catalog.emptyLog()
        let raw = files.reduce(0) { $0 + $1.bytes.count }
        let entries = try stage.reader().prepare("SELECT count(*) FROM entries").first { $0.int(0) }
        let ratio = Double(try stage.catalogBytes()) / Double(raw)
        print(
            "size: \(files.count) files, \(raw) bytes, \(entries ?? 0) entries; "
                + "rows and search \(String(format: "%.3f", ratio)) of it"
        )
        return ratio
    }

    // The archive has each byte once. Made up words are packed worse than those of people and programs.
    @Test(
        "Archive, rows and search index of made up sessions need less than 1.75 times the raw bytes"
    )
    func generated() throws {
        let ratio = 1 + (try rows(of: LikelySessions(seed: 1, bytes: 6 << 20).files))
        #expect(ratio < 1.75)
    }

    @Test(
        "Those of real sessions need 1.5 times the raw bytes at most",
        .enabled(if: folder != nil, hint)
    )
    func real() throws {
        let root = try #require(Self.folder)
        let names = try #require(FileManager.default.enumerator(atPath: root))
        let paths = names.compactMap { $0 as? String }.sorted()
            .filter { $0.hasSuffix(".jsonl") || $0.hasSuffix(".json") }
        let files = try paths.enumerated().map { number, name in
            let tool = String(name.prefix { $0 != "/" })
            return IngestStage.Content(
                number: UInt64(number + 1),
                agent: 1,
                source: Self.presets[tool] ?? tool,
                path: BytePath(String(name.dropFirst(tool.count + 1))),
                bytes: Array(try Data(contentsOf: URL(filePath: root + "/" + name)))
            )
        }
        #expect(1 + (try rows(of: files)) <= 1.5)
    }
}
