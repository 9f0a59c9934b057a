import Core
import TestSupport
import Testing
import Transcripts

@Suite("Records are recovered from damaged lines")
struct DamageTests {
    @Test("Each form of damage", arguments: Damage.forms)
    func forms(_ damage: Damage) throws { try check(damage) }

    @Test("A stub of a killed write before a record, cut at any byte", arguments: Damage.stubs)
    func stubs(_ damage: Damage) throws { try check(damage) }

    private func check(_ damage: Damage) throws {
        let reading = try Reading()
        #expect(
            try reading.read(damage.bytes)
                == damage.expected.map { Read($0.text, $0.ordinal, $0.status) }
        )
        let entries = try reading.entries(damage.bytes)
        expectCoverage(entries, damage.bytes)
        for entry in entries where entry.status != .ok { #expect(entry.reason != nil) }
    }

    @Test("The entries do not depend on how the bytes came", arguments: Damage.forms)
    func splits(_ damage: Damage) throws {
        let reading = try Reading()
        let whole = try reading.entries(damage.bytes)
        for cut in 0...damage.bytes.count {
            #expect(try reading.entries(damage.bytes, cuts: [cut]) == whole, "cut at \(cut)")
            #expect(
                try reading.entries(damage.bytes, cuts: [cut], isRestarted: true) == whole,
                "restarted at \(cut)"
            )
        }
        let all = Array(0...damage.bytes.count)
        #expect(try reading.entries(damage.bytes, cuts: all) == whole)
        #expect(try reading.entries(damage.bytes, cuts: all, isRestarted: true) == whole)
    }

    @Test("Random damage, cut at random", arguments: 0..<30)
    func random(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let reading = try Reading()
        let alphabet = Array("{}[]\",:\\ \n\n\r".utf8) + [0, 0xff, 0xef, 0xbb, 0xbf]
        for _ in 0..<20 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let damage = Damage.forms[Int.random(in: 0..<Damage.forms.count, using: &random)]
                bytes += damage.bytes + (random.oneIn(3) ? [] : [0x0a])
            }
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                if random.oneIn(2) { bytes[place] = byte } else { bytes.insert(byte, at: place) }
            }
            let whole = try reading.entries(bytes)
            expectCoverage(whole, bytes)
            for _ in 0..<10 {
                let cuts = (0..<Int.random(in: 1...8, using: &random))
                    .map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
                #expect(try reading.entries(bytes, cuts: cuts) == whole)
                #expect(try reading.entries(bytes, cuts: cuts, isRestarted: true) == whole)
            }
        }
    }

    @Test("A complete object at the end counts before its line break came")
    func atOnce() throws {
        let reading = try Reading()
        let reader = TranscriptReader(
            context: try reading.context(),
            parser: reading.parser,
            state: []
        )
        let bytes = Array(Damage.a.utf8)
        var entries: [Entry] = []
        let none = Array(bytes.dropLast()).padded { reader.read($0, at: 0) { entries.append($0) } }
        #expect(none == 0)
        #expect(entries.isEmpty)
        let all = bytes.padded { reader.read($0, at: 0) { entries.append($0) } }
        #expect(all == bytes.count)
        #expect(entries.count == 1)
        #expect(reader.firstTimestamp?.seconds == 1_767_323_045)
    }

    @Test("A text with replaced bytes says so")
    func replaced() throws {
        let text = Array(
            #"{"type":"user","uuid":"1","sessionId":"s","timestamp":"2026-01-02T03:04:05Z","message":{"role":"user","content":"a"#
                .utf8
        )
        let entries = try Reading().entries(text + [0xff] + Array(#"b"}}"#.utf8))
        let messages = entries.flatMap(\.facts).compactMap { fact -> MessageFact? in
            if case .message(let message) = fact { message } else { nil }
        }
        #expect(messages.map(\.text) == ["a\u{fffd}b"])
        #expect(messages.map(\.isRepaired) == [true])
        #expect(entries.first?.status == .recovered)
    }
}
