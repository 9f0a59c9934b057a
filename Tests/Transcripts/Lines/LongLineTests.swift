import Core
import TestSupport
import Testing
import Transcripts

@Suite("Lines beyond the window pass with their envelope")
struct LongLineTests {
    private static let head =
        #"{"parentUuid":"p","type":"assistant","sessionId":"s","message":{"id":"m1","role":"assistant","model":"opus","content":["#
    private static let tail =
        #"],"usage":{"input_tokens":3,"output_tokens":5}},"requestId":"r1","uuid":"u1","timestamp":"2026-01-02T03:04:05Z"}"#

    private static let window = 32 << 10

    private func reading() throws -> Reading {
        var reading = try Reading()
        reading.window = Self.window
        return reading
    }

    /// A record with a content of at least `count` bytes.
    static func record(_ count: Int, isDense: Bool) -> [UInt8] {
        var bytes = Array(head.utf8)
        if isDense {
            let block = Array(#"{"type":"text","text":"a\n\"b"},"#.utf8)
            while bytes.count < count { bytes += block }
            bytes.removeLast()
        } else {
            bytes += Array(#"{"type":"text","text":""#.utf8)
            let text = Array(#"long \\ text \ud83d\ude00 é "#.utf8)
            while bytes.count < count { bytes += text }
            bytes += Array(#""}"#.utf8)
        }
        return bytes + Array(tail.utf8)
    }

    @Test("The envelope and the usage of a long record are read", arguments: [false, true])
    func envelope(_ isDense: Bool) throws {
        let long = Self.record(Self.window + 1, isDense: isDense)
        let bytes = Array(Damage.a.utf8) + [0x0a] + long + [0x0a] + Array(Damage.b.utf8)
        let entries = try reading().entries(bytes)
        #expect(entries.map(\.status) == [.ok, .recovered, .ok])
        expectCoverage(entries, bytes)
        let entry = try #require(entries.dropFirst().first)
        #expect(entry.uuid == "u1")
        #expect(entry.parent == "p")
        #expect(entry.timestamp?.seconds == 1_767_323_045)
        #expect(entry.position.length == UInt64(long.count))
        #expect(entry.reason?.contains("archive") == true)
        let responses = entry.facts.compactMap { fact -> ResponseFact? in
            if case .response(let response) = fact { response } else { nil }
        }
        #expect(responses.map(\.key) == [ResponseKey(messageID: "m1", requestID: "r1")])
        #expect(responses.map(\.usage.output) == [5])
    }

    @Test(
        "A record of the window's length is read as a whole, one more byte is not",
        arguments: [0, 1]
    )
    func bounds(_ more: Int) throws {
        let frame = Array(#"{"type":"x","t":""}"#.utf8).count
        let text = [UInt8](repeating: 0x61, count: Self.window - frame + more)
        let bytes = Array(#"{"type":"x","t":""#.utf8) + text + Array("\"}\n".utf8)
        let entries = try reading().entries(bytes)
        #expect(entries.map { $0.reason == nil } == [more == 0])
        expectCoverage(entries, bytes)
    }

    struct Form: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var before: String
        var long: [UInt8]
        var after: String
        var statuses: [EntryStatus]
    }

    static let forms: [Form] = {
        let whole = record(window + 9_000, isDense: false)
        let cut = Array(whole.dropLast(40))
        return [
            Form(
                testDescription: "whole",
                before: Damage.a + "\n",
                long: whole,
                after: "\n" + Damage.b,
                statuses: [.ok, .recovered, .ok]
            ),
            Form(
                testDescription: "glued",
                before: Damage.a,
                long: whole,
                after: Damage.b,
                statuses: [.ok, .recovered, .recovered]
            ),
            Form(
                testDescription: "behind a stub",
                before: #"{"type":"us"#,
                long: whole,
                after: "\n" + Damage.b,
                statuses: [.malformed, .recovered, .ok]
            ),
            Form(
                testDescription: "cut off",
                before: "",
                long: cut,
                after: "\n" + Damage.b,
                statuses: [.malformed, .ok]
            ),
            Form(
                testDescription: "cut off behind a backslash",
                before: "",
                long: Array(whole.dropLast(200)) + Array(#"\"#.utf8),
                after: "\n" + Damage.b,
                statuses: [.malformed, .ok]
            ),
            Form(
                testDescription: "cut off at the end",
                before: "",
                long: cut,
                after: "",
                statuses: [.malformed]
            ),
            Form(
                testDescription: "broken",
                before: "",
                long: cut,
                after: "}}}}x\n" + Damage.b,
                statuses: [.malformed, .ok]
            ),
            Form(
                testDescription: "no JSON",
                before: "",
                long: Array(repeating: 0x61, count: whole.count),
                after: " \n" + Damage.b,
                statuses: [.malformed, .ok]
            ),
            Form(
                testDescription: "NULs",
                before: "",
                long: Array(repeating: 0, count: whole.count),
                after: Damage.b,
                statuses: [.recovered]
            ),
        ]
    }()

    @Test("However they are damaged, and wherever they are cut", arguments: forms)
    func damaged(_ form: Form) throws {
        let bytes = Array(form.before.utf8) + form.long + Array(form.after.utf8)
        let reading = try reading()
        let whole = try reading.entries(bytes)
        #expect(whole.map(\.status) == form.statuses)
        expectCoverage(whole, bytes)
        let edge = form.before.utf8.count + Self.window
        let behind = min(bytes.count, form.before.utf8.count + form.long.count + 1)
        for cuts in [
            [edge - 1], [edge], [edge + 1], [edge + 2, edge + 3], [bytes.count - 45], [behind],
        ] {
            #expect(try reading.entries(bytes, cuts: cuts) == whole)
            #expect(try reading.entries(bytes, cuts: cuts, isRestarted: true) == whole)
        }
    }

    @Test("The short object has the whole one's members, cut at characters", arguments: 0..<8)
    func short(_ seed: UInt64) throws {
        var writer = RandomJSON(seed: seed)
        for _ in 0..<50 {
            let text = Array(writer.object().utf8)
            var scanner = LongLineScanner()
            var index = 0
            var progress = LongLineScanner.Progress.open
            while index < text.count {
                let count = Int.random(in: 1...7, using: &writer.random)
                let piece = Array(text[index..<min(text.count, index + count)])
                progress = piece.withUnsafeBytes { scanner.feed($0) }
                index += count
            }
            guard case .complete = progress else {
                Issue.record("\(progress) of \(String(decoding: text, as: UTF8.self))")
                return
            }
            #expect(tolerant(scanner.short).json == tolerant(text).json)
        }
    }

    @Test("A cut string ends at a character", arguments: 0..<12)
    func characters(_ shift: Int) throws {
        let text =
            #"{"t":""# + String(repeating: "x", count: shift)
            + String(repeating: #"é\ud83d\ude00\n"#, count: 1000) + #"","u":1}"#
        var scanner = LongLineScanner()
        let bytes = Array(text.utf8)
        #expect(bytes.withUnsafeBytes { scanner.feed($0) } == .complete(bytes.count))
        let result = tolerant(scanner.short)
        #expect(result.repairs == [])
        #expect(result.json?.hasSuffix(#","u":1}"#) == true)
        #expect(scanner.isCut)
    }

    @Test("What is kept is bounded, whatever the members are")
    func bounded() {
        let pieces: [[String]] = [
            [#"{"a":["#, #"{"b":[1,2,{"c":"d"}]},"#], ["{", #""k":1,"#],
            ["{\"a\":[", "[[[[1]]]],"],
            [#"{"a":{"#, #""k":{"x":"yyyyyyyyyyyyyyyyyyyyy"},"#],
            ["{\"a\":\"", "xxxxxxxxxxxxxxxxx"],
            ["{\"", "kkkkkkkkkkkkk"], ["{\"a\":", "1111111111"],
        ]
        for piece in pieces {
            var scanner = LongLineScanner()
            _ = Array(piece[0].utf8).withUnsafeBytes { scanner.feed($0) }
            let chunk = Array(String(repeating: piece[1], count: 4096).utf8)
            for _ in 0..<100 { #expect(chunk.withUnsafeBytes { scanner.feed($0) } == .open) }
            #expect(scanner.short.count < 300 << 10)
        }
    }
}
