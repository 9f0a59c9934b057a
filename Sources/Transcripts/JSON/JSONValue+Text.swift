import Core

extension JSONValue {
    /// The value as JSON text without blanks, its members in their order.
    package func json() -> String {
        var out: [UInt8] = []
        appendJSON(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends what `json()` gives, as UTF-8; in one pass over the tape, whatever the depth.
    package func appendJSON(to out: inout [UInt8]) {
        let end = next
        var position = index
        // Of each open container: whether it is an object.
        var open: [Bool] = []
        var isName = false
        var needsComma = false
        while position < end {
            let value = at(position)
            switch value.tag {
            case JSONBytes.closeBrace, JSONBytes.closeBracket:
                out.append(value.tag)
                open.removeLast()
                needsComma = true
                isName = open.last ?? false
                position += 1
            case JSONBytes.openBrace, JSONBytes.openBracket:
                if needsComma { out.append(JSONBytes.comma) }
                out.append(value.tag)
                isName = value.tag == JSONBytes.openBrace
                open.append(isName)
                needsComma = false
                position += 1
            default:
                if needsComma { out.append(JSONBytes.comma) }
                value.appendScalar(to: &out)
                position = value.next
                if isName { out.append(JSONBytes.colon) }
                needsComma = !isName
                isName = open.last == true && !isName
            }
        }
    }

    private func appendScalar(to out: inout [UInt8]) {
        switch tag {
        case JSONBytes.quote: JSONValue.appendQuoted(bytes, to: &out)
        case UInt8(ascii: "l"): out += String(Int64(bitPattern: words[index + 1])).utf8
        case UInt8(ascii: "u"): out += String(words[index + 1]).utf8
        case UInt8(ascii: "d"): out += Double(bitPattern: words[index + 1]).description.utf8
        case UInt8(ascii: "t"): out += "true".utf8
        case UInt8(ascii: "f"): out += "false".utf8
        default: out += "null".utf8
        }
    }

    private static func appendQuoted(_ bytes: UnsafeRawBufferPointer?, to out: inout [UInt8]) {
        out.append(JSONBytes.quote)
        defer { out.append(JSONBytes.quote) }
        guard let bytes, let base = bytes.baseAddress else { return }
        var position = 0
        while position < bytes.count {
            let stop = JSONBytes.plainEnd(base, position, bytes.count)
            out += UnsafeRawBufferPointer(rebasing: bytes[position..<stop])
            position = stop
            guard stop < bytes.count else { break }
            position += 1
            switch bytes[stop] {
            case JSONBytes.quote, JSONBytes.backslash: out += [JSONBytes.backslash, bytes[stop]]
            case UInt8(ascii: "\n"): out += #"\n"#.utf8
            case UInt8(ascii: "\r"): out += #"\r"#.utf8
            case UInt8(ascii: "\t"): out += #"\t"#.utf8
            case 0..<0x20: out += (#"\u00"# + Hex.encode([bytes[stop]])).utf8
            default: out.append(bytes[stop])
            }
        }
    }
}
