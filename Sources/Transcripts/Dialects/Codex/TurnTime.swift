/// The time in a UUID of version 7 (RFC 9562, 5.7), which Codex's sessions and turns have.
enum TurnTime {
    /// Milliseconds since 1970; nil for every other text.
    static func milliseconds(_ text: String) -> UInt64? {
        guard isUUID(text) else { return nil }
        let bytes = Array(text.utf8)
        guard bytes[14] == UInt8(ascii: "7") else { return nil }
        return UInt64(String(decoding: bytes[0..<8] + bytes[9..<13], as: UTF8.self), radix: 16)
    }

    /// Whether it has a UUID's form.
    static func isUUID(_ text: String) -> Bool {
        guard text.utf8.count == 36 else { return false }
        return text.utf8.enumerated().allSatisfy { index, byte in
            switch index {
            case 8, 13, 18, 23: byte == UInt8(ascii: "-")
            default: isHexDigit(byte)
            }
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte) || (65...70).contains(byte)
    }
}
