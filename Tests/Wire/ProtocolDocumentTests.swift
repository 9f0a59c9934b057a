import Core
import Foundation
import Testing
import Wire

/// The examples of docs/protocol.md stand in fences named `hex <name>`; they are what the code makes of them.
@Suite("docs/protocol.md")
struct ProtocolDocumentTests {
    static let hello = Hello(
        versions: 1...1,
        agentVersion: "0.1.0",
        host: "laptop",
        user: "ada",
        system: "Debian GNU/Linux 12",
        instance: 0x1122_3344_5566_7788,
        nonce: Nonce(high: 0x0102_0304_0506_0708, low: 0x090a_0b0c_0d0e_0f10),
        sources: [SourceFacts(name: "claude-code", root: "/home/ada/.claude")]
    )

    @Test("The hello frame")
    func helloFrame() throws {
        let bytes = try ProtocolDocumentTests.example("hello")
        let frame = Message.hello(ProtocolDocumentTests.hello).frame()
        #expect(Hex.encode(bytes) == Hex.encode(frame.encoded))
        #expect(
            try Message(#require(try frames(bytes).first)) == .hello(ProtocolDocumentTests.hello)
        )
    }

    @Test("The batch frame")
    func batchFrame() throws {
        let stream = try Samples.stream(0xa1, 1)
        let content = Array("{\"type\":\"user\"}\n{\"type\":\"user\"}\n{\"type\":\"user\"}\n".utf8)
        let batch = Batch(
            chunks: [Chunk(stream: stream, offset: 4096, length: content.count)],
            events: [FileEvent(.renamed, stream, path: "a/b.jsonl")]
        )
        let payload = CompressionTests.compress(content, behind: batch.encodedTable())
        let expected = Message.batch(payload).frame(request: 2).encoded
        let bytes = try ProtocolDocumentTests.example("batch")
        #expect(Hex.encode(bytes) == Hex.encode(expected))
        let frame = try #require(try frames(bytes).first)
        let (table, body) = try BatchTests.decode(frame.payload)
        #expect(table == batch)
        #expect(
            try CompressionTests.decompress(Array(frame.payload[body...]), count: content.count)
                == content
        )
    }

    @Test("The position digest")
    func positionDigest() throws {
        let first = Position(stream: try Samples.stream(0x0123_4567_89ab_cdef, 2), offset: 4096)
        let second = Position(stream: try Samples.stream(0xef, 1), offset: 10)
        var sums = PositionSums()
        sums.add(first)
        let firstTerm = try ProtocolDocumentTests.example("first-term")
        #expect(Hex.encode(firstTerm) == Hex.encode(sums.sums[0xef]))
        sums.add(second)
        let sum = try ProtocolDocumentTests.example("bucket-sum")
        #expect(Hex.encode(sum) == Hex.encode(sums.sums[0xef]))
        sums.remove(first)
        let secondTerm = try ProtocolDocumentTests.example("second-term")
        #expect(Hex.encode(secondTerm) == Hex.encode(sums.sums[0xef]))
    }

    @Test("The tree digest")
    func treeDigest() throws {
        let block = [UInt8](repeating: 0x61, count: Limits.blockBytes)
        let leaves = try ProtocolDocumentTests.sha256(block) + ProtocolDocumentTests.sha256([0x61])
        let digest = try ProtocolDocumentTests.sha256(leaves)
        let documented = try ProtocolDocumentTests.example("tree-digest")
        #expect(Hex.encode(documented) == Hex.encode(digest))
        let empty = try ProtocolDocumentTests.example("tree-digest-empty")
        #expect(Hex.encode(empty) == Hex.encode(try ProtocolDocumentTests.sha256([])))
    }

    @Test("Every type of frame is described under its number", arguments: FrameType.allCases)
    func types(_ type: FrameType) throws {
        let page = try ProtocolDocumentTests.page()
        #expect(page.contains("| \(type.rawValue) | `\(type)` |"))
        #expect(page.contains("### \(type.rawValue) `\(type)`"))
    }

    @Test("The limits are the code's")
    func limits() throws {
        let page = try ProtocolDocumentTests.page()
        let limits: [(String, Int)] = [
            ("payload", Limits.payloadBytes), ("payload before the welcome", Limits.greetingBytes),
            ("path", Limits.pathBytes), ("name in a path", Limits.nameBytes),
            ("chunk", Limits.chunkBytes), ("content of a batch", Limits.batchBytes),
            ("chunks and events of a batch", Limits.batchEntries),
            ("positions in one message", Positions.limit), ("sources", Limits.sources),
        ]
        for (name, value) in limits {
            #expect(page.contains("| \(name) | \(value) |"), "\(name)")
        }
    }

    static func page() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: root.appendingPathComponent("docs/protocol.md"),
            encoding: .utf8
        )
    }

    /// The bytes in the fence that is named so; what stands behind a `#` is a remark.
    static func example(_ name: String) throws -> [UInt8] {
        let lines = try page().split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == "```hex \(name)" }, "no example \(name)")
        let digits = lines[(start + 1)...].prefix { $0 != "```" }.flatMap { line in
            line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
        }
        return try #require(Hex.decode(String(digits)))
    }

    static func sha256(_ bytes: [UInt8]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        process.arguments = [file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        let text = String(
            decoding: output.fileHandleForReading.availableData.prefix(64),
            as: UTF8.self
        )
        return try #require(Hex.decode(text))
    }
}
