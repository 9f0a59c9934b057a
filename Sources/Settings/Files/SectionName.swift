/// The rule for the NAME of `[receiver.NAME]` and `[source.NAME]`: it stands in paths and on the wire.
package enum SectionName {
    /// Bytes of a name at most.
    package static let maximumBytes = 32

    /// Whether `name` is 1 to 32 of a-z, 0-9, `_` and `-`, beginning with a letter or digit.
    package static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= maximumBytes else { return false }
        return isLowercaseOrDigit(first)
            && name.utf8.allSatisfy {
                isLowercaseOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            }
    }

    static func isBareKeyByte(_ byte: UInt8) -> Bool {
        isLowercaseOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func isLowercaseOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
