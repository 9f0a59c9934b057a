/// A value of a parsed JSON text, read in place on simdjson's tape.
///
/// It is valid inside the closure that it was handed to, and nowhere else. The tape's format:
/// https://github.com/simdjson/simdjson/blob/master/doc/tape.md
package struct JSONValue {
    /// What a value is.
    package enum Kind: Sendable, Hashable {
        case null, bool, integer, double, string, array, object
    }

    let words: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>
    let index: Int

    /// A value that starts at the word `index` of a tape.
    package init(words: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>, index: Int) {
        self.words = words
        self.strings = strings
        self.index = index
    }

    var tag: UInt8 { UInt8(truncatingIfNeeded: words[index] >> 56) }
    var payload: UInt64 { words[index] & 0x00ff_ffff_ffff_ffff }

    /// What the value is; an unsigned number beyond Int64 is a double.
    package var kind: Kind {
        switch tag {
        case UInt8(ascii: "n"): .null
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "l"): .integer
        case UInt8(ascii: "u"), UInt8(ascii: "d"): .double
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "["): .array
        default: .object
        }
    }

    /// Whether it is `null`.
    package var isNull: Bool { tag == UInt8(ascii: "n") }

    /// A boolean's value; nil for every other kind.
    package var bool: Bool? {
        switch tag {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: nil
        }
    }

    /// A number's value as an integer: a double is cut towards zero, what exceeds Int64 is nil.
    package var int: Int64? {
        switch tag {
        case UInt8(ascii: "l"): Int64(bitPattern: words[index + 1])
        case UInt8(ascii: "d"):
            Int64(exactly: Double(bitPattern: words[index + 1]).rounded(.towardZero))
        default: nil
        }
    }

    /// A number's value.
    package var double: Double? {
        switch tag {
        case UInt8(ascii: "l"): Double(Int64(bitPattern: words[index + 1]))
        case UInt8(ascii: "u"): Double(words[index + 1])
        case UInt8(ascii: "d"): Double(bitPattern: words[index + 1])
        default: nil
        }
    }

    /// A string's bytes, valid UTF-8 without escapes, where they are; nil for every other kind.
    package var bytes: UnsafeRawBufferPointer? {
        guard tag == UInt8(ascii: "\"") else { return nil }
        let start = strings + Int(payload)
        let count = UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)
        return UnsafeRawBufferPointer(start: start + 4, count: Int(count))
    }

    /// A string's value, copied; nil for every other kind.
    package var string: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    /// A string's value, nil for an empty one and for every other kind.
    package var nonEmptyString: String? {
        guard let bytes, !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether it is a string with these characters.
    package func equals(_ text: StaticString) -> Bool {
        guard let bytes, let start = bytes.baseAddress, bytes.count == text.utf8CodeUnitCount
        else { return false }
        return JSONBytes.equal(start, text.utf8Start, bytes.count)
    }

    /// Whether it is a string that begins with these characters.
    package func hasPrefix(_ text: StaticString) -> Bool {
        guard let bytes, let start = bytes.baseAddress, bytes.count >= text.utf8CodeUnitCount
        else { return false }
        return JSONBytes.equal(start, text.utf8Start, text.utf8CodeUnitCount)
    }

    /// The first member of that name; nil where there is none, and for every kind but an object.
    package subscript(_ key: StaticString) -> JSONValue? {
        guard tag == UInt8(ascii: "{") else { return nil }
        let end = next - 1
        var position = index + 1
        while position < end {
            let value = at(position + 1)
            if at(position).equals(key) { return value }
            position = value.next
        }
        return nil
    }

    /// The members of an object in their order; none for every other kind.
    package var members: JSONMembers { JSONMembers(self) }

    /// The elements of an array in their order; none for every other kind.
    package var elements: JSONElements { JSONElements(self) }

    /// The word after this value.
    var next: Int {
        switch tag {
        case UInt8(ascii: "{"), UInt8(ascii: "["): Int(payload & 0xffff_ffff)
        case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"): index + 2
        default: index + 1
        }
    }

    func at(_ index: Int) -> JSONValue { JSONValue(words: words, strings: strings, index: index) }
}

/// The members of an object, in their order.
package struct JSONMembers: Sequence, IteratorProtocol {
    private let value: JSONValue
    private var position: Int
    private let end: Int

    init(_ value: JSONValue) {
        self.value = value
        position = value.index + 1
        end = value.kind == .object ? value.next - 1 : position
    }

    /// The next name, always a string, and its value.
    package mutating func next() -> (name: JSONValue, value: JSONValue)? {
        guard position < end else { return nil }
        let member = value.at(position + 1)
        defer { position = member.next }
        return (value.at(position), member)
    }
}

/// The elements of an array, in their order.
package struct JSONElements: Sequence, IteratorProtocol {
    private let value: JSONValue
    private var position: Int
    private let end: Int

    init(_ value: JSONValue) {
        self.value = value
        position = value.index + 1
        end = value.kind == .array ? value.next - 1 : position
    }

    /// The next element.
    package mutating func next() -> JSONValue? {
        guard position < end else { return nil }
        let element = value.at(position)
        position = element.next
        return element
    }
}
