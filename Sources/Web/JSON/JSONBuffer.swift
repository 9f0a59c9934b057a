import Core

/// JSON as bytes, written in order; for answers that may be large.
package struct JSONBuffer: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty text.
    package init(capacity: Int = 4096) { bytes.reserveCapacity(capacity) }

    /// Writes an object whose members `body` writes; a key is for members of an object only.
    package mutating func object<Failure: Error>(
        _ key: StaticString? = nil,
        _ body: (inout JSONBuffer) throws(Failure) -> Void
    ) throws(Failure) {
        open(key, "{")
        try body(&self)
        close("}")
    }

    /// Writes an array whose elements `body` writes without keys.
    package mutating func array<Failure: Error>(
        _ key: StaticString? = nil,
        _ body: (inout JSONBuffer) throws(Failure) -> Void
    ) throws(Failure) {
        open(key, "[")
        try body(&self)
        close("]")
    }

    /// Writes a value, by `body`, under a key that is no part of the program.
    package mutating func member<Failure: Error>(
        named key: String,
        _ body: (inout JSONBuffer) throws(Failure) -> Void
    ) throws(Failure) {
        separate(nil)
        quote(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
        try body(&self)
        needsComma = true
    }

    /// Writes a string, escaped; nil becomes null.
    package mutating func string(_ key: StaticString? = nil, _ value: String?) {
        separate(key)
        if let value { quote(value) } else { put("null") }
        needsComma = true
    }

    /// Writes a string from bytes of UTF-8, of which what is none is replaced.
    package mutating func text(_ key: StaticString? = nil, _ value: UnsafeRawBufferPointer) {
        separate(key)
        if let text = String(validating: value, as: UTF8.self) {
            quote(text)
        } else {
            quote(String(decoding: value, as: UTF8.self))
        }
        needsComma = true
    }

    /// Writes a whole number; nil becomes null.
    package mutating func number(_ key: StaticString? = nil, _ value: (some BinaryInteger)?) {
        separate(key)
        if let value { bytes += String(value).utf8 } else { put("null") }
        needsComma = true
    }

    /// Writes a number; nil, and one that is not finite, becomes null.
    package mutating func number(_ key: StaticString? = nil, _ value: Double?) {
        separate(key)
        if let value, value.isFinite { bytes += value.description.utf8 } else { put("null") }
        needsComma = true
    }

    /// Writes true or false.
    package mutating func bool(_ key: StaticString? = nil, _ value: Bool) {
        separate(key)
        put(value ? "true" : "false")
        needsComma = true
    }

    /// Writes null.
    package mutating func null(_ key: StaticString? = nil) {
        separate(key)
        put("null")
        needsComma = true
    }

    /// Writes a time; nil becomes null.
    package mutating func time(_ key: StaticString? = nil, _ value: WallTime?) {
        string(key, value?.iso8601)
    }

    /// Writes the identifier of a row, sixteen hexadecimal digits; nil becomes null.
    package mutating func identifier(_ key: StaticString? = nil, _ value: Int64?) {
        string(key, value.map { Hex.encode(UInt64(bitPattern: $0)) })
    }

    /// Writes nanoseconds as whole milliseconds; nil becomes null.
    package mutating func milliseconds(_ key: StaticString? = nil, _ nanoseconds: Int64?) {
        number(key, nanoseconds.map { $0 / 1_000_000 })
    }

    /// Writes what is JSON already.
    package mutating func raw(_ key: StaticString? = nil, _ json: some Sequence<UInt8>) {
        separate(key)
        bytes += json
        needsComma = true
    }

    /// `{}`.
    static let empty: JSONBuffer = {
        var json = JSONBuffer(capacity: 2)
        json.raw(nil, Array("{}".utf8))
        return json
    }()

    /// What follows are the first members of an object whose bracket was written as raw JSON.
    mutating func beginMembers() { needsComma = false }

    // MARK: Inside

    private mutating func put(_ text: StaticString) {
        text.withUTF8Buffer { bytes += $0 }
    }

    private mutating func open(_ key: StaticString?, _ bracket: StaticString) {
        separate(key)
        put(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: StaticString) {
        put(bracket)
        needsComma = true
    }

    private mutating func separate(_ key: StaticString?) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        guard let key else { return }
        bytes.append(UInt8(ascii: "\""))
        put(key)
        put("\":")
    }

    private mutating func quote(_ value: String) {
        var value = value
        bytes.append(UInt8(ascii: "\""))
        value.withUTF8 { quote($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Copies what needs no escape in runs.
    private mutating func quote(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            // C1 controls (C2 80 to C2 9F) as well: some terminals obey them.
            let isC1 = byte == 0xc2 && index + 1 < text.count && text[index + 1] < 0xa0
            guard byte < 0x20 || byte == 0x22 || byte == 0x5c || byte == 0x7f || isC1 else {
                index += 1
                continue
            }
            bytes += UnsafeBufferPointer(rebasing: text[start..<index])
            if isC1 { index += 1 }
            escape(text[index])
            index += 1
            start = index
        }
        bytes += UnsafeBufferPointer(rebasing: text[start...])
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): put("\\\"")
        case UInt8(ascii: "\\"): put("\\\\")
        case UInt8(ascii: "\n"): put("\\n")
        case UInt8(ascii: "\r"): put("\\r")
        case UInt8(ascii: "\t"): put("\\t")
        default:
            put("\\u00")
            bytes += Hex.encode(CollectionOfOne(byte)).utf8
        }
    }
}
