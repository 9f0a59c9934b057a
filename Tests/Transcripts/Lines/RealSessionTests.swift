import Core
import Foundation
import TestSupport
import Testing
import Transcripts

/// Files that tools wrote, in the folder that `TAILSHIP_SESSIONS` names.
@Suite("Real sessions")
struct RealSessionTests {
    private static let tools: [String: Tool] = [
        "claude": .claudeCode, "codex": .codex, "gemini": .gemini,
    ]

    /// Made by hand for tests of other programs: nothing in them tells the tool.
    private static let anonymous: Set<String> = [
        "claude/ryoppippi__ccusage/apps/ccusage/test/test-transcript.jsonl",
        "codex/jazzyalex__agent-sessions/Resources/Fixtures/session_toolcall.jsonl",
    ]

    @Test(
        "Each byte is in one entry, however it came, and the tool is found in any folder",
        .enabled(
            if: RealSessions.folder != nil,
            "set TAILSHIP_SESSIONS to a folder of real sessions"
        )
    )
    func read() throws {
        let folder = try #require(RealSessions.folder)
        let names = try #require(FileManager.default.enumerator(atPath: folder))
            .compactMap { $0 as? String }.filter { FileForm(BytePath($0)) == .lines }.sorted()
        var random = SeededRandom(seed: 1)
        var reading = try Reading()
        for name in names {
            let data = try #require(FileManager.default.contents(atPath: folder + "/" + name))
            guard data.count < 256 << 10 else { continue }
            let bytes = Array(data)
            reading.path = BytePath("x/" + String(name.split(separator: "/").last ?? ""))
            let whole = try reading.entries(bytes)
            expectCoverage(whole, bytes)
            let cuts = (0..<5).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
            #expect(try reading.entries(bytes, cuts: cuts, isRestarted: true) == whole, "\(name)")
            let reader = try reading.reader([])
            _ = bytes.padded { reader.read($0, at: 0) { _ in } }
            if Self.anonymous.contains(name) { continue }
            let tool = Self.tools[String(name.split(separator: "/")[0])]
            let isKnown = [Tool.claudeCode, .codex, .gemini].contains(reader.tool)
            #expect(tool == (isKnown ? reader.tool : nil), "\(name)")
        }
    }
}
