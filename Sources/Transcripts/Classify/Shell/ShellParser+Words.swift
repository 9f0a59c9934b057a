/// Words: quotes, escapes and expansions.
extension ShellParser {
    private static let metacharacters = ByteSet(" \t\r\n;&|()<>")

    /// The word that begins at `index`; an empty one where none does.
    mutating func parseWord() -> ShellWord {
        var word = ShellWord("")
        var bytes: [UInt8] = []
        let start = index
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "\\") {
                if at(1) != UInt8(ascii: "\n"), index + 1 < text.count { bytes.append(at(1)) }
                index = min(index + 2, text.count)
            } else if byte == UInt8(ascii: "'") {
                parseSingleQuoted(&bytes)
                word.isQuoted = true
            } else if byte == UInt8(ascii: "\"") {
                index += 1
                word.isQuoted = true
                parseQuoted(&word, &bytes, until: UInt8(ascii: "\""))
            } else if byte == UInt8(ascii: "$") || byte == UInt8(ascii: "`") {
                parseExpansion(&word, &bytes)
            } else if byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">"), index == start,
                at(1) == UInt8(ascii: "(")
            {
                bytes += [byte, UInt8(ascii: "("), UInt8(ascii: ")")]
                index += 1
                parseSubstitution(&word)
            } else if ShellParser.metacharacters.contains(byte) {
                break
            } else {
                bytes.append(byte)
                index += 1
            }
        }
        word.text = String(decoding: bytes, as: UTF8.self)
        return word
    }

    private mutating func parseSingleQuoted(_ bytes: inout [UInt8]) {
        index += 1
        while index < text.count, text[index] != UInt8(ascii: "'") {
            bytes.append(text[index])
            index += 1
        }
        index = min(index + 1, text.count)
    }

    /// What stands between double quotes, or in a here-document (no end).
    mutating func parseQuoted(_ word: inout ShellWord, _ bytes: inout [UInt8], until end: UInt8?) {
        while index < text.count {
            let byte = text[index]
            if byte == end {
                index += 1
                return
            }
            if byte == UInt8(ascii: "\\"), index + 1 < text.count {
                let next = at(1)
                if ![
                    UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "\""), UInt8(ascii: "\\"),
                    UInt8(ascii: "\n"),
                ].contains(next) {
                    bytes.append(byte)
                }
                if next != UInt8(ascii: "\n") { bytes.append(next) }
                index += 2
            } else if byte == UInt8(ascii: "$") && at(1) != UInt8(ascii: "'")
                || byte == UInt8(ascii: "`")
            {
                parseExpansion(&word, &bytes)
            } else {
                bytes.append(byte)
                index += 1
            }
        }
    }

    /// `$name`, `${…}`, `$(…)`, `$((…))`, `$'…'`, `$"…"` or backquotes.
    private mutating func parseExpansion(_ word: inout ShellWord, _ bytes: inout [UInt8]) {
        if text[index] == UInt8(ascii: "`") {
            parseBackquotes(&word, &bytes)
            return
        }
        switch at(1) {
        case UInt8(ascii: "("):
            index += 1
            bytes += Array("$()".utf8)
            if at(1) == UInt8(ascii: "(") { skipArithmetic() } else { parseSubstitution(&word) }
        case UInt8(ascii: "{"):
            parseParameter(&word, &bytes)
        case UInt8(ascii: "'"):
            index += 2
            word.isQuoted = true
            parseANSI(&bytes)
        case UInt8(ascii: "\""):
            index += 1
        default:
            bytes.append(text[index])
            index += 1
        }
    }

    /// The opening parenthesis stands at `index`.
    private mutating func parseSubstitution(_ word: inout ShellWord) {
        index += 1
        guard depth < ShellParser.deepest else { return }
        depth += 1
        let before = commands.count
        // A here-document of the line around it is not this list's.
        let outer = documents
        documents = []
        parseList(closing: UInt8(ascii: ")"), group: nil)
        documents = outer
        depth -= 1
        word.commands += before..<commands.count
    }

    private mutating func skipArithmetic() {
        var open = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "(") { open += 1 }
            if text[index] == UInt8(ascii: ")") { open -= 1 }
            index += 1
            if open == 0 { return }
        }
    }

    private mutating func parseParameter(_ word: inout ShellWord, _ bytes: inout [UInt8]) {
        bytes += Array("${".utf8)
        index += 2
        var open = 1
        while index < text.count, open > 0 {
            let byte = text[index]
            if byte == UInt8(ascii: "$"), at(1) == UInt8(ascii: "("), at(2) != UInt8(ascii: "(") {
                index += 1
                parseSubstitution(&word)
                continue
            }
            if byte == UInt8(ascii: "{") { open += 1 }
            if byte == UInt8(ascii: "}") { open -= 1 }
            bytes.append(byte)
            index += 1
        }
    }

    private mutating func parseBackquotes(_ word: inout ShellWord, _ bytes: inout [UInt8]) {
        let start = index
        var inner: [UInt8] = []
        index += 1
        while index < text.count, text[index] != UInt8(ascii: "`") {
            if text[index] == UInt8(ascii: "\\"),
                [UInt8(ascii: "`"), UInt8(ascii: "\\"), UInt8(ascii: "$")].contains(at(1))
            {
                index += 1
            }
            inner.append(text[index])
            index += 1
        }
        index = min(index + 1, text.count)
        bytes += Array("$()".utf8)
        guard depth < ShellParser.deepest else { return }
        var parser = ShellParser(
            inner,
            depth: depth + 1,
            range: outerRange ?? start..<index,
            firstPipeline: nextPipeline
        )
        parser.parseList(closing: nil, group: nil)
        adopt(parser, &word)
    }

    /// What stands in `$'…'`, its escapes as C has them.
    private mutating func parseANSI(_ bytes: inout [UInt8]) {
        while index < text.count, text[index] != UInt8(ascii: "'") {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                bytes.append(text[index])
                index += 1
                continue
            }
            index += 2
            parseANSIEscape(text[index - 1], &bytes)
        }
        index = min(index + 1, text.count)
    }

    private mutating func parseANSIEscape(_ kind: UInt8, _ bytes: inout [UInt8]) {
        switch kind {
        case UInt8(ascii: "n"): bytes.append(10)
        case UInt8(ascii: "t"): bytes.append(9)
        case UInt8(ascii: "r"): bytes.append(13)
        case UInt8(ascii: "a"): bytes.append(7)
        case UInt8(ascii: "b"): bytes.append(8)
        case UInt8(ascii: "f"): bytes.append(12)
        case UInt8(ascii: "v"): bytes.append(11)
        case UInt8(ascii: "e"), UInt8(ascii: "E"): bytes.append(27)
        case UInt8(ascii: "x"): appendScalar(readNumber(16, 2), &bytes, asByte: true)
        case UInt8(ascii: "u"): appendScalar(readNumber(16, 4), &bytes, asByte: false)
        case UInt8(ascii: "U"): appendScalar(readNumber(16, 8), &bytes, asByte: false)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            index -= 1
            appendScalar(readNumber(8, 3), &bytes, asByte: true)
        default: bytes.append(kind)
        }
    }

    private mutating func readNumber(_ radix: UInt32, _ digits: Int) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            let byte = at(0)
            let digit = byte.isASCIIDigit ? UInt32(byte - 48) : UInt32(byte | 0x20) &- 87
            guard ByteSet.hexadecimal.contains(byte), digit < radix else { break }
            value = value &* radix &+ digit
            index += 1
        }
        return value
    }

    private func appendScalar(_ value: UInt32, _ bytes: inout [UInt8], asByte: Bool) {
        if asByte {
            bytes.append(UInt8(truncatingIfNeeded: value))
        } else if let scalar = UnicodeScalar(value) {
            bytes += Array(String(Character(scalar)).utf8)
        }
    }
}
