/// Base64 (RFC 4648, section 4), with the URL-safe letters as well; line breaks and what follows "=" are passed over.
enum Base64 {
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (index, letter) in letters.utf8.enumerated() { values[Int(letter)] = UInt8(index) }
        values[Int(UInt8(ascii: "-"))] = 62
        values[Int(UInt8(ascii: "_"))] = 63
        return values
    }()

    static func decode(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 3) { output, count in
            var bits: UInt32 = 0
            var held = 0
            for byte in text {
                if byte == UInt8(ascii: "=") { break }
                let value = values[Int(byte)]
                guard value != 255 else { continue }
                bits = bits << 6 | UInt32(value)
                held += 6
                if held >= 8 {
                    held -= 8
                    output[count] = UInt8(truncatingIfNeeded: bits >> UInt32(held))
                    count += 1
                }
            }
        }
    }
}
