import Core
import Foundation
import TestSupport
import Testing
import Wire

@Suite("LZ4 frames")
struct CompressionTests {
    static func compress(_ bytes: [UInt8], behind prefix: [UInt8] = []) -> [UInt8] {
        var target = prefix
        bytes.withUnsafeBytes { LZ4.compress($0, appendingTo: &target) }
        return target
    }

    static func decompress(_ frame: [UInt8], count: Int) throws(WireError) -> [UInt8] {
        let decompressor = try LZ4Decompressor()
        return try decompress(frame, count: count, with: decompressor)
    }

    /// Decompresses into `count` bytes with a guard behind them that must not be touched.
    static func decompress(
        _ frame: [UInt8],
        count: Int,
        with decompressor: LZ4Decompressor
    ) throws(WireError) -> [UInt8] {
        var target = [UInt8](repeating: 0xa5, count: count + 64)
        let result = target.withUnsafeMutableBytes { room in
            frame.withUnsafeBytes { raw in
                Result { () throws(WireError) in
                    try decompressor.decompress(
                        raw,
                        into: UnsafeMutableRawBufferPointer(rebasing: room[..<count])
                    )
                }
            }
        }
        #expect(target[count...].allSatisfy { $0 == 0xa5 }, "wrote behind the target")
        try result.get()
        return Array(target[..<count])
    }

    struct Content: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
    }

    static let contents: [Content] = {
        var random = SeededRandom(seed: 1)
        var contents: [Content] = []
        for count in [0, 1, 100, 65_536, 262_145, 1_048_576] {
            let noise = (0..<(count / 8 + 1)).flatMap { _ in
                withUnsafeBytes(of: random.next()) { Array($0) }
            }
            contents.append(
                Content(testDescription: "\(count) random", bytes: Array(noise.prefix(count)))
            )
            let line = Array(#"{"type":"assistant","message":{"role":"assistant"}}"#.utf8) + [10]
            contents.append(
                Content(
                    testDescription: "\(count) of text",
                    bytes: (0..<count).map { line[$0 % line.count] }
                )
            )
        }
        return contents
    }()

    @Test("What was compressed comes back, within the bound", arguments: contents)
    func roundTrip(_ content: Content) throws {
        let frame = CompressionTests.compress(content.bytes)
        #expect(frame.count <= LZ4.bound(content.bytes.count))
        #expect(
            try CompressionTests.decompress(frame, count: content.bytes.count) == content.bytes
        )
    }

    @Test("A frame is appended to what is there")
    func appends() throws {
        let bytes = Array("some text, some text".utf8)
        let frame = CompressionTests.compress(bytes)
        let appended = CompressionTests.compress(bytes, behind: [1, 2, 3])
        #expect(appended == [1, 2, 3] + frame)
    }

    @Test("One decompressor survives bad frames between good ones")
    func reuse() throws {
        let decompressor = try LZ4Decompressor()
        let bytes = CompressionTests.contents[7].bytes
        let frame = CompressionTests.compress(bytes)
        for _ in 0..<3 {
            let whole = try CompressionTests.decompress(
                frame,
                count: bytes.count,
                with: decompressor
            )
            #expect(whole == bytes)
            #expect(throws: WireError.self) {
                try CompressionTests.decompress(
                    Array(frame.dropLast(6)),
                    count: bytes.count,
                    with: decompressor
                )
            }
        }
    }

    @Test("A frame that holds more than was announced is refused, and nothing more is written")
    func bomb() throws {
        let frame = CompressionTests.compress([UInt8](repeating: 0, count: 1 << 20))
        #expect(frame.count < 10_000)
        for announced in [0, 1, 1000, 65_536, 262_144, 262_145, (1 << 20) - 1] {
            #expect(throws: WireError.self) {
                try CompressionTests.decompress(frame, count: announced)
            }
        }
    }

    @Test("A frame that holds less than was announced is refused")
    func short() throws {
        let frame = CompressionTests.compress([UInt8](repeating: 7, count: 1000))
        #expect(throws: WireError.self) { try CompressionTests.decompress(frame, count: 1001) }
    }

    @Test("A frame that is cut anywhere is refused")
    func truncated() throws {
        let frame = CompressionTests.compress(Array("the same, the same, the same".utf8))
        for count in 0..<frame.count {
            #expect(throws: WireError.self) {
                try CompressionTests.decompress(Array(frame[..<count]), count: 28)
            }
        }
    }

    @Test("Damage of the content or its checksum is noticed")
    func damaged() throws {
        var random = SeededRandom(seed: 5)
        let bytes = random.bytes(500)
        let frame = CompressionTests.compress(bytes)
        for index in 7..<frame.count {
            var damaged = frame
            damaged[index] ^= 0x10
            #expect(throws: WireError.self) {
                try CompressionTests.decompress(damaged, count: bytes.count)
            }
        }
    }

    @Test("Bytes behind the frame are refused")
    func trailing() throws {
        let frame = CompressionTests.compress([1, 2, 3])
        #expect(throws: WireError.self) {
            try CompressionTests.decompress(frame + [0], count: 3)
        }
        #expect(throws: WireError.self) {
            try CompressionTests.decompress(frame + frame, count: 3)
        }
    }

    @Test("A skippable frame is no content")
    func skippable() {
        let frame: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]
        #expect(throws: WireError.self) { try CompressionTests.decompress(frame, count: 0) }
        #expect(throws: WireError.self) { try CompressionTests.decompress(frame, count: 4) }
    }

    static let tool = "/usr/bin/lz4"

    @Test(
        "The lz4 tool reads our frames, and we read its own",
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: tool),
            "the tool is not installed (Debian package lz4)"
        ),
        arguments: contents
    )
    func interoperability(_ content: Content) throws {
        let ours = CompressionTests.compress(content.bytes)
        #expect(try CompressionTests.run(["-d", "-c"], ours) == content.bytes)
        let theirs = try CompressionTests.run(["-c", "-B5"], content.bytes)
        let back = try CompressionTests.decompress(theirs, count: content.bytes.count)
        #expect(back == content.bytes)
    }

    @Test(
        "Frames whose blocks would cost more memory, or without checksum, are refused",
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: tool),
            "the tool is not installed (Debian package lz4)"
        ),
        arguments: [["-B6"], ["-B7"], ["-B5", "--no-frame-crc"]]
    )
    func foreignFrames(_ options: [String]) throws {
        // The tool takes smaller blocks by itself where the content fits one.
        let bytes = [UInt8](repeating: 65, count: (1 << 20) + 1)
        let frame = try CompressionTests.run(["-c"] + options, bytes)
        #expect(throws: WireError.self) {
            _ = try CompressionTests.decompress(frame, count: bytes.count)
        }
    }

    /// What the lz4 tool writes for `input`, which is given in a file, as pipes may be cut short.
    static func run(_ options: [String], _ input: [UInt8]) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("tailship-lz4-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("input")
        try Data(input).write(to: file)
        let output = folder.appendingPathComponent("output")
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = options + ["-qq", file.path]
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return Array(try Data(contentsOf: output))
    }
}
