extension TolerantJSON {
    private static let replacement: [UInt8] = [0xef, 0xbf, 0xbd]

    /// Reads a string, its opening quote next; nil when it ended well.
    mutating func string(_ cursor: inout JSONCursor) -> Outcome? {
        cursor.index += 1
        let start = strings.count
        if writes {
            words.append(UInt64(JSONBytes.quote) << 56 | UInt64(start))
            strings += [0, 0, 0, 0]
        }
        while true {
            let stop = JSONBytes.plainEnd(cursor.base, cursor.index, cursor.end)
            copy(cursor, to: stop)
            cursor.index = stop
            guard stop < cursor.end else { return .truncated(inString: true) }
            switch cursor.byte {
            case JSONBytes.quote:
                cursor.index += 1
                finishString(start)
                return nil
            case JSONBytes.backslash:
                if let outcome = escape(&cursor) { return outcome }
            case 0: nulRun(&cursor)
            case ..<0x20:
                repairs.insert(.control)
                copy(cursor, to: stop + 1)
                cursor.index += 1
            default:
                if let outcome = wide(&cursor) { return outcome }
            }
        }
    }

    private mutating func finishString(_ start: Int) {
        guard writes else { return }
        let count = UInt32(truncatingIfNeeded: strings.count - start - 4)
        for byte in 0..<4 { strings[start + byte] = UInt8(truncatingIfNeeded: count >> (8 * byte)) }
        strings.append(0)
    }

    private mutating func copy(_ cursor: JSONCursor, to stop: Int) {
        guard writes, stop > cursor.index else { return }
        strings += UnsafeRawBufferPointer(
            start: cursor.base + cursor.index,
            count: stop - cursor.index
        )
    }

    private mutating func put(_ bytes: [UInt8]) { if writes { strings += bytes } }

    private mutating func nulRun(_ cursor: inout JSONCursor) {
        while cursor.index < cursor.end, cursor.byte == 0 { cursor.index += 1 }
        repairs.insert(.nul)
        put(Self.replacement)
    }

    private mutating func escape(_ cursor: inout JSONCursor) -> Outcome? {
        guard cursor.index + 1 < cursor.end else { return .truncated(inString: true) }
        let byte = cursor.byte(at: cursor.index + 1)
        switch byte {
        case UInt8(ascii: "u"): return unicode(&cursor)
        case JSONBytes.quote, JSONBytes.backslash, UInt8(ascii: "/"): put([byte])
        case UInt8(ascii: "n"): put([0x0a])
        case UInt8(ascii: "t"): put([0x09])
        case UInt8(ascii: "r"): put([0x0d])
        case UInt8(ascii: "b"): put([0x08])
        case UInt8(ascii: "f"): put([0x0c])
        default:
            // The character itself is read next.
            repairs.insert(.escape)
            cursor.index += 1
            return nil
        }
        cursor.index += 2
        return nil
    }

    private mutating func unicode(_ cursor: inout JSONCursor) -> Outcome? {
        guard let first = hex(cursor, cursor.index + 2) else { return cut(&cursor) }
        let low = 0xdc00...0xdfff as ClosedRange<UInt32>
        if first & 0xfc00 == 0xd800 {
            let next = cursor.index + 6
            // Half a pair that the text's end cuts off may yet become whole.
            if next >= cursor.end { return .truncated(inString: true) }
            if cursor.byte(at: next) == JSONBytes.backslash {
                if next + 1 >= cursor.end { return .truncated(inString: true) }
                if cursor.byte(at: next + 1) == UInt8(ascii: "u") {
                    if let second = hex(cursor, next + 2), low.contains(second) {
                        put(0x10000 + (first & 0x3ff) << 10 + second & 0x3ff)
                        cursor.index += 12
                        return nil
                    }
                }
            }
        }
        put(first)
        cursor.index += 6
        return nil
    }

    /// An escape without its four digits: at the end of the text it is cut off, elsewhere its backslash goes.
    private mutating func cut(_ cursor: inout JSONCursor) -> Outcome? {
        if cursor.index + 6 > cursor.end {
            let rest = (cursor.index + 2)..<cursor.end
            if rest.allSatisfy({ Self.digit(cursor.byte(at: $0)) != nil }) {
                return .truncated(inString: true)
            }
        }
        repairs.insert(.escape)
        cursor.index += 1
        return nil
    }

    private mutating func put(_ scalar: UInt32) {
        guard let scalar = Unicode.Scalar(scalar) else {
            repairs.insert(.surrogate)
            return put(Self.replacement)
        }
        if writes { strings += UTF8.encode(scalar).map { Array($0) } ?? Self.replacement }
    }

    private func hex(_ cursor: JSONCursor, _ start: Int) -> UInt32? {
        guard start + 4 <= cursor.end else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            guard let digit = Self.digit(cursor.byte(at: index)) else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// Reads one character that is not ASCII.
    private mutating func wide(_ cursor: inout JSONCursor) -> Outcome? {
        let lead = cursor.byte
        // Bytes of the character, and the bounds of its second byte (Unicode, table 3-7).
        let (count, second): (Int, ClosedRange<UInt8>) =
            switch lead {
            case 0xc2...0xdf: (2, 0x80...0xbf)
            case 0xe0: (3, 0xa0...0xbf)
            case 0xed: (3, 0x80...0x9f)
            case 0xe1...0xef: (3, 0x80...0xbf)
            case 0xf0: (4, 0x90...0xbf)
            case 0xf1...0xf3: (4, 0x80...0xbf)
            case 0xf4: (4, 0x80...0x8f)
            default: (1, 0x80...0x80)
            }
        var length = 1
        while length < count {
            guard cursor.index + length < cursor.end else { return .truncated(inString: true) }
            let byte = cursor.byte(at: cursor.index + length)
            guard length == 1 ? second.contains(byte) : byte & 0xc0 == 0x80 else { break }
            length += 1
        }
        if count > 1, length == count {
            copy(cursor, to: cursor.index + count)
        } else {
            repairs.insert(.encoding)
            put(Self.replacement)
        }
        cursor.index += length
        return nil
    }
}
