import Archive
import Catalog
import Core
import Foundation
import Platform
import SQL
import TestSupport
import Testing
import Transcripts

@testable import Receiver

@Suite("The archive becomes rows")
final class IngestWorkerTests {
    private let storage: StorageFixture
    private let folder = NSTemporaryDirectory() + "tailship-ingest-" + UUID().uuidString

    init() throws {
        storage = try StorageFixture()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private var path: BytePath { BytePath(folder + "/catalog.db") }

    private func worker(_ storage: StorageFixture) throws -> IngestWorker {
        let catalog = try CatalogWriter.open(path)
        return try IngestWorker(catalog, disk: storage.disk) { _ in ("laptop", "me") }
    }

    private func sources(_ storage: StorageFixture) -> [IngestSource] {
        var sources: [IngestSource] = []
        storage.workshop.archive.forEachFile { file in
            for (generation, stream) in file.generations {
                let id = StreamID(file: file.id, generation: generation)
                if let source = IngestSource(id, stream, of: file) { sources.append(source) }
            }
        }
        return sources
    }

    private func query(_ sql: String) throws -> [String] {
        let database = try Connection(path: path, mode: .readOnly)
        try StoredFunctions.define(in: database)
        return try database.prepare(sql).all { row in
            (0..<row.columnCount).map { row.text($0) }.joined(separator: "|")
        }
    }

    private static let prompt = """
        {"type":"user","uuid":"u1","sessionId":"s1","timestamp":"2026-02-21T05:18:59.416Z",\
        "message":{"role":"user","content":"list the files"}}

        """
    private static let answer = """
        {"type":"assistant","uuid":"a1","parentUuid":"u1","sessionId":"s1",\
        "timestamp":"2026-02-21T05:19:01.000Z","requestId":"r1","message":{"id":"m1","role":"assistant",\
        "model":"claude-opus-4-6","content":[{"type":"text","text":"There are two."}],\
        "usage":{"input_tokens":10,"output_tokens":5}}}

        """

    @Test(
        "A transcript that comes in pieces of any size has the rows of the whole",
        arguments: [1, 7, 90, 10_000]
    )
    func pieces(size: Int) throws {
        let text = IngestWorkerTests.prompt + IngestWorkerTests.answer
        try storage.add(1, "-home-me-code/s1.jsonl", "")
        var offset = 0
        let bytes = Array(text.utf8)
        let worker = try worker(storage)
        while offset < bytes.count {
            let part = bytes[offset..<min(offset + size, bytes.count)]
            try storage.append(
                Samples.stream(1),
                at: UInt64(offset),
                String(decoding: part, as: UTF8.self)
            )
            offset = part.endIndex
            storage.settle()
            if size > 20 || offset == bytes.count || offset % 50 == 0 {
                try worker.take(sources(storage))
            }
        }
        try worker.settleAll()
        #expect(
            try query("SELECT kind, text FROM messages ORDER BY row") == [
                "prompt|list the files", "text|There are two.",
            ]
        )
        #expect(try query("SELECT input_tokens, output_tokens FROM responses") == ["10|5"])
        #expect(try query("SELECT session, prompts, responses FROM sessions") == ["s1|1|1"])
        #expect(try query("SELECT parsed_offset = held, lines FROM files") == ["1|2"])
        #expect(try query("SELECT count(*) FROM words WHERE words MATCH 'files'") == ["1"])
    }

    @Test("What was read is not read again after a restart, and nothing doubles")
    func restart() throws {
        try storage.add(1, "-home-me-code/s1.jsonl", IngestWorkerTests.prompt)
        storage.settle()
        try worker(storage).take(sources(storage))
        let before = try query("SELECT id, rev FROM entries")
        try storage.append(
            Samples.stream(1),
            at: UInt64(IngestWorkerTests.prompt.utf8.count),
            IngestWorkerTests.answer
        )
        storage.settle()
        let again = try worker(storage)
        try again.take(sources(storage))
        try again.take(sources(storage))
        #expect(try query("SELECT id, rev FROM entries WHERE uuid = 'u1'") == before)
        #expect(try query("SELECT count(*) FROM entries") == ["2"])
        #expect(try query("SELECT count(*) FROM messages") == ["2"])
        // The source's name says nothing, the records do.
        #expect(try query("SELECT DISTINCT tool FROM messages") == ["claude-code"])
    }

    @Test("Files that are no transcripts have a row of their own and no entries")
    func opaque() throws {
        try storage.add(1, "-home-me-code/s1/tool-results/a.txt", "much output")
        storage.settle()
        try worker(storage).take(sources(storage))
        #expect(
            try query("SELECT path, held FROM files") == ["-home-me-code/s1/tool-results/a.txt|11"]
        )
        #expect(try query("SELECT count(*) FROM entries") == ["0"])
    }

    @Test("A line that is no record is an entry that says so, and the next one counts")
    func damaged() throws {
        try storage.add(1, "-home-me-code/s1.jsonl", "not json at all\n" + IngestWorkerTests.prompt)
        storage.settle()
        try worker(storage).take(sources(storage))
        #expect(try query("SELECT status FROM entries ORDER BY offset") == ["malformed", "ok"])
        #expect(try query("SELECT malformed, entries FROM files") == ["1|2"])
    }

    @Test("A document that is too long to be read has an entry that says so, once")
    func longDocument() throws {
        try storage.add(1, "-home-me-code/s1.json", "{}")
        storage.settle()
        var source = try #require(sources(storage).first)
        let worker = try worker(storage)
        for length in [1, 2, 2] as [UInt64] {
            source.held = UInt64(TranscriptReader.documentLimit) + length
            try worker.take([source])
        }
        #expect(
            try query("SELECT status, reason FROM entries") == [
                "malformed|a document longer than 64.0 MiB has no rows: the whole is in the archive"
            ]
        )
        #expect(try query("SELECT parsed_offset = held, malformed FROM files") == ["1|1"])
    }
}
