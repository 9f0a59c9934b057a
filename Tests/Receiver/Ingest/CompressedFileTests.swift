import CZstd
import Catalog
import Core
import Foundation
import Platform
import SQL
import TestSupport
import Testing

@testable import Receiver

@Suite("Compressed files become the rows of their content")
final class CompressedFileTests {
    private let storage: StorageFixture
    private let folder = NSTemporaryDirectory() + "tailship-zst-" + UUID().uuidString
    private var held: UInt64 = 0

    init() throws {
        storage = try StorageFixture()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func worker() throws -> IngestWorker {
        let catalog = try CatalogWriter.open(BytePath(folder + "/catalog.db"))
        return try IngestWorker(catalog, disk: storage.disk) { _ in ("laptop", "me") }
    }

    private func query(_ sql: String) throws -> [String] {
        let database = try Connection(path: BytePath(folder + "/catalog.db"), mode: .readOnly)
        try StoredFunctions.define(in: database)
        return try database.prepare(sql).all { row in
            (0..<row.columnCount).map { row.text($0) }.joined(separator: "|")
        }
    }

    /// Appends to the file of a number, made when it is new.
    private func append(_ bytes: [UInt8], to file: UInt64 = 1, path: BytePath) throws {
        if held == 0 { try storage.add(file, path, "") }
        try storage.append(Samples.stream(file), at: held, bytes: bytes)
        held += UInt64(bytes.count)
        storage.settle()
    }

    private func source(_ file: UInt64 = 1) throws -> IngestSource {
        try #require(IngestSource(Samples.stream(file), in: storage.workshop.archive))
    }

    private static func rollout(_ lines: Range<Int>) -> [UInt8] {
        var text = ""
        for line in lines {
            text += """
                {"timestamp":"2026-02-21T05:18:\(10 + line % 50).000Z","type":"response_item",\
                "payload":{"type":"message","role":"assistant","content":[{"type":"output_text",\
                "text":"line \(line) \(UInt64(line) &* 0x9e37_79b9_7f4a_7c15)"}]}}

                """
        }
        return Array(text.utf8)
    }

    private static func frame(
        _ content: [UInt8],
        windowLog: Int32? = nil
    ) throws -> [UInt8] {
        let context = try #require(ZSTD_createCCtx())
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        if let windowLog {
            ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog)
            ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
        }
        var frame = [UInt8](repeating: 0, count: ZSTD_compressBound(content.count))
        // As a stream, so that the window is not cut down to the size of the content.
        let isWhole = frame.withUnsafeMutableBytes { frame in
            content.withUnsafeBytes { content -> Int? in
                var output = ZSTD_outBuffer(dst: frame.baseAddress, size: frame.count, pos: 0)
                var input = ZSTD_inBuffer(src: content.baseAddress, size: content.count, pos: 0)
                var none = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
                ZSTD_compressStream2(context, &output, &input, ZSTD_e_continue)
                let rest = ZSTD_compressStream2(context, &output, &none, ZSTD_e_end)
                return rest == 0 ? output.pos : nil
            }
        }
        frame.removeLast(frame.count - (try #require(isWhole)))
        return frame
    }

    @Test(
        "However a file of frames comes, its rows are those of the content, with positions in it",
        arguments: [1, 3],
        [90, 1_000, 100_000]
    )
    func pieces(frames: Int, size: Int) throws {
        let lines = 40
        var file: [UInt8] = []
        for number in 0..<frames {
            let part = (number * lines / frames)..<((number + 1) * lines / frames)
            // A frame may end in the middle of a line.
            file += try CompressedFileTests.frame(CompressedFileTests.rollout(part))
        }
        let worker = try worker()
        var offset = 0
        while offset < file.count {
            let part = Array(file[offset..<min(offset + size, file.count)])
            try append(part, path: "2026/rollout-x.jsonl.zst")
            offset += part.count
            try worker.take([try source()])
            try worker.take([try source()])
        }
        var position = 0
        var expected: [String] = []
        for line in CompressedFileTests.rollout(0..<lines).split(separator: 0x0a) {
            expected.append("\(position)|\(line.count)|ok")
            position += line.count + 1
        }
        #expect(try query("SELECT offset, length, status FROM entries ORDER BY offset") == expected)
        #expect(try query("SELECT parsed_offset = held, lines, malformed FROM files") == ["1|40|0"])
        #expect(try query("SELECT count(DISTINCT text) FROM messages") == ["40"])
    }

    @Test("A cut frame is told once its file is verified, and tried again when it grows")
    func cutOff() throws {
        let file = try CompressedFileTests.frame(CompressedFileTests.rollout(0..<2_000))
        let worker = try worker()
        let half = file.count * 2 / 3
        try append(Array(file[..<half]), path: "rollout-x.jsonl.zst")
        var source = try source()
        try worker.take([source])
        let faults = "SELECT kind, status, reason FROM entries WHERE status <> 'ok'"
        #expect(try query(faults) == [])
        source.isVerified = true
        try worker.take([source])
        let told = "the zstd frame is cut off: the file ends at byte \(half)"
        #expect(try query(faults) == ["zstd_frame|malformed|\(told)"])
        let before = try query("SELECT rev, malformed FROM files")
        let count = try #require(Int(try query("SELECT count(*) FROM entries")[0]))
        #expect(count > 500)
        try worker.take([source])
        #expect(try query("SELECT rev, malformed FROM files") == before)
        try append(Array(file[half...]), path: "rollout-x.jsonl.zst")
        try worker.take([try self.source()])
        #expect(try query(faults) == [])
        #expect(try query("SELECT count(*), count(DISTINCT offset) FROM entries") == ["2000|2000"])
        #expect(try query("SELECT parsed_offset = held, malformed FROM files") == ["1|0"])
        #expect(
            try query("SELECT count(*) FROM tombstones WHERE table_name = 'entries'") == ["1"]
        )
    }

    @Test("What is no frame, or one that asks for too much, is an entry; the receiver goes on")
    func damaged() throws {
        let worker = try worker()
        let good = try CompressedFileTests.frame(CompressedFileTests.rollout(0..<3))
        try append(good + Array("no frame at all".utf8), path: "rollout-x.jsonl.zst")
        try worker.take([try source()])
        #expect(try query("SELECT count(*) FROM messages") == ["3"])
        #expect(
            try query("SELECT reason FROM entries WHERE status = 'malformed'")
                == ["the zstd frame cannot be read on: Unknown frame descriptor"]
        )
        try append(good, path: "rollout-x.jsonl.zst")
        try worker.take([try source()])
        try worker.take([try source()])
        #expect(try query("SELECT parsed_offset = held, entries FROM files") == ["1|4"])
        held = 0
        let wide = try CompressedFileTests.frame(CompressedFileTests.rollout(0..<3), windowLog: 30)
        try append(wide, to: 2, path: "rollout-y.jsonl.zst")
        try worker.take([try source(2)])
        #expect(
            try query(
                "SELECT reason FROM entries WHERE status = 'malformed' ORDER BY seq DESC LIMIT 1"
            ) == [
                "the zstd frame cannot be read on: Frame requires too much memory for decoding"
            ]
        )
    }

    @Test("A frame that expands beyond all reason is given up")
    func expansion() throws {
        let zeros = try CompressedFileTests.frame([UInt8](repeating: 0, count: 400 << 20))
        try append(zeros, path: "rollout-x.jsonl.zst")
        try worker().take([try source()])
        #expect(
            try query("SELECT reason FROM entries")
                == ["the zstd frame cannot be read on: it expands to more than any conversation"]
        )
    }

    @Test("A rollout and its compressed copy count once")
    func copies() throws {
        let content = CompressedFileTests.rollout(0..<5)
        let name = "rollout-2026-02-21T05-18-10-019b0000-0000-7000-8000-000000000001.jsonl"
        try append(content, path: BytePath("2026/" + name))
        held = 0
        try append(try CompressedFileTests.frame(content), to: 2, path: BytePath("old/\(name).zst"))
        var sources = [try source(1), try source(2)]
        // Of a source that is no preset its records tell the tool.
        for index in sources.indices { sources[index].isClosed = true }
        try worker().take(sources)
        let dump = try query(
            "SELECT file, offset, kind, uuid, event, session, timestamp FROM entries"
        )
        #expect(
            try query("SELECT count(*), count(DISTINCT event) FROM entries") == ["10|5"],
            "\(dump)"
        )
        #expect(try query("SELECT count(*) FROM messages") == ["5"])
        #expect(try query("SELECT entries, messages FROM sessions") == ["5|5"])
    }
}
