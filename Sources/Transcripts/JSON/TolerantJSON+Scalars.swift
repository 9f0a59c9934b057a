extension TolerantJSON {
    /// Reads `true`, `false`, `null`, and what other writers write for what is no number.
    mutating func literal(_ byte: UInt8, _ cursor: inout JSONCursor) -> Outcome? {
        let word: StaticString
        switch byte {
        case UInt8(ascii: "t"): word = "true"
        case UInt8(ascii: "f"): word = "false"
        case UInt8(ascii: "n"): word = "null"
        case UInt8(ascii: "N"): word = "NaN"
        case UInt8(ascii: "I"): word = "Infinity"
        default: return .refused(at: cursor.index, .syntax)
        }
        if let outcome = match(word, &cursor) { return outcome }
        var tag = byte
        if byte == UInt8(ascii: "N") || byte == UInt8(ascii: "I") {
            repairs.insert(.number)
            tag = UInt8(ascii: "n")
        }
        if writes { words.append(UInt64(tag) << 56) }
        return nil
    }

    private func match(_ word: StaticString, _ cursor: inout JSONCursor) -> Outcome? {
        for offset in 0..<word.utf8CodeUnitCount {
            guard cursor.index < cursor.end else { return .truncated(inString: false) }
            guard cursor.byte == word.utf8Start[offset] else {
                return .refused(at: cursor.index, .syntax)
            }
            cursor.index += 1
        }
        return nil
    }

    /// Reads a number: an integer where 64 bits hold it, otherwise a double.
    ///
    /// - Parameters:
    ///   - cursor: at its first byte.
    ///   - isAlone: the number is the whole text, which may end with it.
    /// - Returns: nil when it ended well.
    mutating func number(_ cursor: inout JSONCursor, isAlone: Bool) -> Outcome? {
        let start = cursor.index
        var isInteger = true
        if cursor.byte == UInt8(ascii: "-") {
            cursor.index += 1
            if cursor.index < cursor.end, cursor.byte == UInt8(ascii: "I") {
                return literal(UInt8(ascii: "I"), &cursor)
            }
        }
        let digits = cursor.index
        if let outcome = readDigits(&cursor) { return outcome }
        if cursor.byte(at: digits) == UInt8(ascii: "0"), cursor.index > digits + 1 {
            return .refused(at: digits + 1, .syntax)
        }
        if cursor.index < cursor.end, cursor.byte == UInt8(ascii: ".") {
            isInteger = false
            cursor.index += 1
            if let outcome = readDigits(&cursor) { return outcome }
        }
        if cursor.index < cursor.end, cursor.byte | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            cursor.index += 1
            if cursor.index < cursor.end,
                cursor.byte == UInt8(ascii: "+") || cursor.byte == UInt8(ascii: "-")
            {
                cursor.index += 1
            }
            if let outcome = readDigits(&cursor) { return outcome }
        }
        if cursor.index == cursor.end, !isAlone { return .truncated(inString: false) }
        append(
            UnsafeRawBufferPointer(start: cursor.base + start, count: cursor.index - start),
            isInteger
        )
        return nil
    }

    /// At least one digit.
    private func readDigits(_ cursor: inout JSONCursor) -> Outcome? {
        let start = cursor.index
        while cursor.index < cursor.end, cursor.byte &- UInt8(ascii: "0") < 10 { cursor.index += 1 }
        guard cursor.index == start else { return nil }
        return cursor.index == cursor.end
            ? .truncated(inString: false) : .refused(at: cursor.index, .syntax)
    }

    private mutating func append(_ text: UnsafeRawBufferPointer, _ isInteger: Bool) {
        if isInteger {
            if let (tag, bits) = Self.integer(text) {
                if writes { words += [UInt64(tag) << 56, bits] }
                return
            }
            repairs.insert(.number)
        }
        // A megabyte of digits says no more than its beginning and its length.
        var value = Double(String(decoding: text.prefix(1 << 12), as: UTF8.self)) ?? 0
        if text.count > 1 << 12 || !value.isFinite {
            repairs.insert(.number)
            value = value < 0 ? -.greatestFiniteMagnitude : .greatestFiniteMagnitude
        }
        if writes { words += [UInt64(UInt8(ascii: "d")) << 56, value.bitPattern] }
    }

    /// The tape's tag and bits; nil for what 64 bits do not hold.
    private static func integer(_ text: UnsafeRawBufferPointer) -> (UInt8, UInt64)? {
        let isNegative = text[0] == UInt8(ascii: "-")
        var value: UInt64 = 0
        for byte in text[(isNegative ? 1 : 0)...] {
            let (product, isTooGreat) = value.multipliedReportingOverflow(by: 10)
            let (sum, isGreater) = product.addingReportingOverflow(UInt64(byte & 0x0f))
            guard !isTooGreat, !isGreater else { return nil }
            value = sum
        }
        if isNegative {
            guard value <= 1 << 63 else { return nil }
            return (UInt8(ascii: "l"), 0 &- value)
        }
        return (value < 1 << 63 ? UInt8(ascii: "l") : UInt8(ascii: "u"), value)
    }
}
