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

    @Test("The catalog's log is emptied once much has gone through it, and not before")
    func log() throws {
        try storage.add(1, "-home-me-code/s1.jsonl", IngestWorkerTests.prompt)
        let catalog = try CatalogWriter.open(path)
        let sizes = IngestWorker.Sizes(log: UInt64(IngestWorkerTests.prompt.utf8.count) + 1)
        let worker = try IngestWorker(catalog, disk: storage.disk, sizes: sizes) { _ in
            ("laptop", "me")
        }
        let log = folder + "/catalog.db-wal"
        let length = { try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int }
        try worker.take(sources(storage))
        worker.shortenLog()
        #expect(try length() ?? 0 > 0)
        try storage.append(
            Samples.stream(1),
            at: UInt64(IngestWorkerTests.prompt.utf8.count),
            IngestWorkerTests.answer
        )
        storage.settle()
        try worker.take(sources(storage))
        worker.shortenLog()
        #expect(try length() == 0)
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

    private static func line(_ file: Int, _ number: Int) -> String {
        """
        {"type":"user","uuid":"u\(file)-\(number)","sessionId":"s\(file)",\
        "timestamp":"2026-02-21T05:18:59.416Z","message":{"role":"user","content":"n\(number)"}}

        """
    }

    private func worker(ahead: UInt64, piece: Int) throws -> IngestWorker {
        try IngestWorker(
            try CatalogWriter.open(path),
            disk: storage.disk,
            sizes: IngestWorker.Sizes(ahead: ahead, piece: piece)
        ) { _ in ("laptop", "me") }
    }

    @Test(
        "A line that is written while a long file is read is a row before the rest of that file is"
    )
    func inBetween() throws {
        try storage.add(1, "s1.jsonl", (0..<400).map { IngestWorkerTests.line(1, $0) }.joined())
        try storage.add(2, "s2.jsonl", IngestWorkerTests.line(2, 0))
        storage.settle()
        let all = sources(storage).sorted { $0.stream < $1.stream }
        let worker = try worker(ahead: 0, piece: 4_000)
        var urgent: IngestTurn? = IngestTurn(sources: [all[1]], limit: .max)
        var told: [IngestOutcome] = []
        var early: [String] = []
        let counts = """
            SELECT s.session, count(*) FROM messages m JOIN sessions s ON s.id = m.session
            GROUP BY 1 ORDER BY 1
            """
        let interruptions = IngestWorker.Interruptions(signal: Signal()) {
            defer { urgent = nil }
            return urgent
        } finished: { outcomes in
            told = outcomes
            early = (try? self.query(counts)) ?? []
        }
        let turn = IngestTurn(sources: [all[0]], limit: .max)
        let outcomes = try worker.take(turn, interruptions: interruptions)
        #expect(outcomes == [.done(all[0])])
        #expect(told == [.done(all[1])])
        #expect(early.last == "s2|1")
        // A piece of the long one went before it.
        #expect(early.count == 2 && early.first != "s1|400")
        #expect(try query("SELECT count(*) FROM messages") == ["401"])
    }

    @Test(
        "A turn that is called off ends after its piece, keeps it, and the rest is read later",
        arguments: [0, .max]
    )
    func calledOff(ahead: UInt64) throws {
        try storage.add(1, "s1.jsonl", (0..<400).map { IngestWorkerTests.line(1, $0) }.joined())
        try storage.add(2, "s2.jsonl", IngestWorkerTests.line(2, 0))
        storage.settle()
        let worker = try worker(ahead: ahead, piece: 4_000)
        let all = sources(storage).sorted { $0.stream < $1.stream }
        var pieces = 0
        let interruptions = IngestWorker.Interruptions(signal: Signal()) {
            nil
        } finished: { _ in
        } isOver: {
            pieces += 1
            return pieces == 3
        }
        let turn = IngestTurn(sources: all, limit: .max)
        #expect(try worker.take(turn, interruptions: interruptions) == [])
        #expect(pieces == 3)
        let rows = try #require(Int(try query("SELECT count(*) FROM messages")[0]))
        #expect(rows > 0 && rows < 400)
        #expect(try worker.take(turn) == all.map { .done($0) })
        #expect(try query("SELECT count(*) FROM messages") == ["401"])
    }

    @Test(
        "A turn ends behind its bytes, and the next ones read on from there",
        arguments: [0, .max]
    )
    func bounded(ahead: UInt64) throws {
        try storage.add(1, "s1.jsonl", (0..<200).map { IngestWorkerTests.line(1, $0) }.joined())
        try storage.add(2, "s2.jsonl", IngestWorkerTests.line(2, 0))
        storage.settle()
        let worker = try worker(ahead: ahead, piece: 2_000)
        var rest = sources(storage).sorted { $0.stream < $1.stream }
        var turns = 0
        var rows: UInt64 = 0
        while !rest.isEmpty {
            let outcomes = try worker.take(IngestTurn(sources: rest, limit: 5_000))
            turns += 1
            rest = outcomes.filter { !$0.isDone }.map(\.source)
            let now = try #require(outcomes.first { $0.source.stream == Samples.stream(1) }).rows
            #expect(now - rows < 7_500)
            rows = now
        }
        #expect(turns > 4)
        #expect(try query("SELECT count(*), count(DISTINCT event) FROM entries") == ["201|201"])
        #expect(try query("SELECT count(*) FROM files WHERE parsed_offset = held") == ["2"])
    }
}
