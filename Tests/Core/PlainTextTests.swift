import Core
import Testing

@Suite("Texts that need escapes")
struct PlainTextTests {
    private func end(_ bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { PlainText.end($0, from: start) }
    }

    @Test("Every byte at every place is judged as by looking at each")
    func everyByte() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<20 {
                var text = Array(repeating: UInt8(ascii: "x"), count: 20)
                text[place] = byte
                let isSpecial = byte < 0x20 || byte == 0x22 || byte == 0x5c
                #expect(end(text, from: 0) == (isSpecial ? place : nil), "\(byte) at \(place)")
            }
        }
    }

    @Test("All of them are found in a text of any bytes")
    func all() {
        var state: UInt64 = 1
        func random() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        for _ in 0..<200 {
            let text = (0..<random() % 80).map { _ in UInt8(random() & 0x7f) }
            var found: [Int] = []
            var start = 0
            while let place = end(text, from: start) {
                found.append(place)
                start = place + 1
            }
            let wanted = text.indices.filter { text[$0] < 0x20 || [0x22, 0x5c].contains(text[$0]) }
            #expect(found == wanted)
        }
    }

    @Test(
        "Numbers have the digits that they have as texts",
        arguments: [0, 7, -7, 10, 99, 100, 1_234_567_890_123, .max, .min] as [Int64]
    )
    func digits(number: Int64) {
        var text: [UInt8] = [UInt8(ascii: "x")]
        Decimal.append(number, to: &text)
        #expect(text == Array("x\(number)".utf8))
    }

    @Test("A time is appended as it is written")
    func times() {
        for nanoseconds in [0, -1, 1_700_000_000_123_456_789, .min, .max] as [Int64] {
            let time = WallTime(nanoseconds: nanoseconds)
            var text: [UInt8] = []
            time.appendISO8601(to: &text)
            #expect(String(decoding: text, as: UTF8.self) == time.iso8601)
        }
    }
}
