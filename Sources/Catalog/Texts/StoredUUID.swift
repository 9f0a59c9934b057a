import SQL

/// A tool's identifier as it is stored: one in the usual spelling of UUIDs as 16 bytes, any other as it is.
enum StoredUUID {
    private static let length = 36
    private static let dashes: Set<Int> = [8, 13, 18, 23]

    static func value(of text: String?) -> SQLValue {
        guard var text else { return .null }
        let key: [UInt8]? = text.withUTF8 { bytes in
            guard bytes.count == length else { return nil }
            var key: [UInt8] = []
            key.reserveCapacity(16)
            var high: UInt8?
            for (index, byte) in bytes.enumerated() {
                if dashes.contains(index) {
                    guard byte == UInt8(ascii: "-") else { return nil }
                    continue
                }
                guard let digit = digit(byte) else { return nil }
                if let first = high {
                    key.append(first << 4 | digit)
                    high = nil
                } else {
                    high = digit
                }
            }
            return key
        }
        return key.map { .blob($0) } ?? .text(text)
    }

    /// Nil for anything but 16 bytes.
    static func text(of key: UnsafeRawBufferPointer) -> [UInt8]? {
        guard key.count == 16 else { return nil }
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(length)
        for byte in key {
            if dashes.contains(text.count) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    /// Capitals are no digits: what is stored must come out as it went in.
    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
