import Core

extension JSONValue {
    /// A hash of what the value says, wherever it stands: names, texts and numbers in their order.
    ///
    /// - Parameter seed: what it is mixed with.
    func contentHash(_ seed: UInt64 = 0) -> UInt64 {
        var hash = seed
        var position = index
        let end = next
        while position < end {
            let value = at(position)
            if let bytes = value.bytes {
                hash = Self.mix(hash, Checksum.xxh3(bytes))
                position += 1
                continue
            }
            let tag = UInt8(truncatingIfNeeded: words[position] >> 56)
            hash = Self.mix(hash, UInt64(tag))
            switch tag {
            case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"):
                hash = Self.mix(hash, words[position + 1])
                position += 2
            default:
                position += 1
            }
        }
        return hash
    }

    static func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        let product = (hash ^ value) &* 0x9e37_79b9_7f4a_7c15
        return (product ^ (product >> 29)) &+ value
    }

    /// The value as JSON without blanks; a string that is to be read as text stays with `string`.
    var compactJSON: String {
        var out: [UInt8] = []
        appendCompact(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends the value as JSON without blanks, in one pass over the tape.
    func appendCompact(to out: inout [UInt8]) {
        var position = index
        let end = next
        var inObject: [Bool] = []
        var isName = false
        var needsComma = false
        while position < end {
            let value = at(position)
            let tag = UInt8(truncatingIfNeeded: words[position] >> 56)
            if tag == UInt8(ascii: "}") || tag == UInt8(ascii: "]") {
                out.append(tag)
                inObject.removeLast()
                needsComma = true
                isName = inObject.last ?? false
                position += 1
                continue
            }
            if needsComma { out.append(UInt8(ascii: ",")) }
            if tag == UInt8(ascii: "{") || tag == UInt8(ascii: "[") {
                out.append(tag)
                inObject.append(tag == UInt8(ascii: "{"))
                needsComma = false
                isName = tag == UInt8(ascii: "{")
                position += 1
                continue
            }
            value.appendScalar(to: &out)
            position = value.next
            if isName { out.append(UInt8(ascii: ":")) }
            needsComma = !isName
            isName = inObject.last ?? false ? !isName : false
        }
    }

    private func appendScalar(to out: inout [UInt8]) {
        if let bytes {
            Self.appendQuoted(bytes, to: &out)
        } else if let bool {
            out.append(contentsOf: (bool ? "true" : "false").utf8)
        } else if let int, kind == .integer {
            out.append(contentsOf: String(int).utf8)
        } else if kind == .double, let double {
            let isWhole = double >= 0 && double < 1.9e19 && double == double.rounded()
            let text = isWhole ? String(UInt64(exactly: double) ?? 0) : double.description
            out.append(contentsOf: text.utf8)
        } else {
            out.append(contentsOf: "null".utf8)
        }
    }

    private static func appendQuoted(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
            case UInt8(ascii: "\n"): out.append(contentsOf: #"\n"#.utf8)
            case UInt8(ascii: "\r"): out.append(contentsOf: #"\r"#.utf8)
            case UInt8(ascii: "\t"): out.append(contentsOf: #"\t"#.utf8)
            case 0..<0x20:
                out.append(contentsOf: #"\u00"#.utf8)
                out.append(contentsOf: Hex.encode([byte]).utf8)
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
