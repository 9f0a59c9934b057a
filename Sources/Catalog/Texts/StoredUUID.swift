import SQL

/// A tool's identifier as it is stored: one in the usual spelling of UUIDs as 16 bytes, any other as it is.
enum StoredUUID {
    private static let length = 36
    /// Where a dash stands: bits of places.
    private static let dashes: UInt64 = 1 << 8 | 1 << 13 | 1 << 18 | 1 << 23

    static func value(of text: String?) -> SQLValue {
        guard var text else { return .null }
        guard text.utf8.count == length else { return .text(text) }
        let bytes = text.withUTF8 { key(of: $0) }
        return bytes.map { .blob($0) } ?? .text(text)
    }

    private static func key(of text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var isKey = true
        let key = [UInt8](unsafeUninitializedCapacity: 16) { key, count in
            var place = 0
            while place < length, isKey {
                if dashes >> UInt64(place) & 1 == 1 {
                    isKey = text[place] == UInt8(ascii: "-")
                    place += 1
                    continue
                }
                let high = value(ofDigit: text[place])
                let low = value(ofDigit: text[place + 1])
                isKey = high | low < 16
                key.initializeElement(at: count, to: high << 4 | low & 15)
                count += 1
                place += 2
            }
        }
        return isKey ? key : nil
    }

    /// Nil for anything but 16 bytes.
    static func text(of key: UnsafeRawBufferPointer) -> [UInt8]? {
        guard key.count == 16 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: length) { text, count in
            for byte in key {
                if dashes >> UInt64(count) & 1 == 1 {
                    text.initializeElement(at: count, to: UInt8(ascii: "-"))
                    count += 1
                }
                text.initializeElement(at: count, to: digit(byte >> 4))
                text.initializeElement(at: count + 1, to: digit(byte & 15))
                count += 2
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// 255 for what is no digit; capitals are none: what is stored must come out as it went in.
    private static func value(ofDigit byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: 255
        }
    }
}
