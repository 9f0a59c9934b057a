import TestSupport
import Testing
import Transcripts

@Suite("Hostile lines take time and entries in proportion to their length")
struct HostileLineTests {
    struct Pattern: Sendable, CustomTestStringConvertible {
        var testDescription: String
        init(_ text: String) { testDescription = text }
    }

    static let patterns = [
        #"{""#, "}{", #"}{""#, "{", "[", #"{"a":"#, #"{"a":["#, #"{"a":{},"#, #"}{"a":"#, "{}",
        "\0{",
        #"{"type":"x","uuid":"y"}"#, #"{"a":1}x"#, #"x{"a":"#, "\\", "\"", #"{"a\"#, "\0", " ",
        #"{"a":"b","#, #"{"type":"x","uuid":"#, #"{"type":"x","id":[{"type":"y","uuid":"z"}"#,
        #"{"","":""#, #"}{"","":"}{"#, "{\"a\":\"\n", "{\",\":\"\n", "\u{ef}\u{bb}",
    ].map { Pattern($0) }

    @Test("A line of one pattern", arguments: patterns)
    func pattern(_ pattern: Pattern) throws {
        let reading = try Reading()
        let unit = Array(pattern.testDescription.utf8)
        func time(_ count: Int) throws -> Duration {
            var bytes: [UInt8] = []
            while bytes.count < count { bytes += unit }
            var entries = 0
            let time = try processorTime {
                let read = try reading.entries(bytes)
                entries = read.count
            }
            #expect(entries <= bytes.count / 2 + 1)
            return time
        }
        let small = max(try time(4 << 10), .milliseconds(10))
        // Sixteen times the length may take that much longer, and as much again for caches that others fill.
        #expect(try time(64 << 10) < small * 40)
    }
}
