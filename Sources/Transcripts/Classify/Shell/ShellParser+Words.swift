/// Words: quotes, escapes and expansions.
extension ShellParser {
    /// A word that is being put together: a part of the text as long as it is one, else the end of `spilled`.
    struct Draft {
        fileprivate var part = 0..<0
        fileprivate let firstSpilled: Int
        fileprivate var isSpilled = false
        fileprivate var isQuoted = false
        fileprivate var commands = 0..<0

        /// Takes commands in, which stand behind those that it has.
        fileprivate mutating func add(_ more: Range<Int>) {
            guard !more.isEmpty else { return }
            commands = (commands.isEmpty ? more.lowerBound : commands.lowerBound)..<more.upperBound
        }
    }

    func openDraft() -> Draft { Draft(firstSpilled: spilled.count) }

    private mutating func append(_ range: Range<Int>, to draft: inout Draft) {
        guard !range.isEmpty else { return }
        if draft.isSpilled {
            spilled.append(contentsOf: frame.text.part(range))
        } else if draft.part.isEmpty {
            draft.part = range
        } else if draft.part.upperBound == range.lowerBound {
            draft.part = draft.part.lowerBound..<range.upperBound
        } else {
            spill(&draft)
            spilled.append(contentsOf: frame.text.part(range))
        }
    }

    private mutating func append(_ byte: UInt8, to draft: inout Draft) {
        spill(&draft)
        spilled.append(byte)
    }

    private mutating func spill(_ draft: inout Draft) {
        guard !draft.isSpilled else { return }
        draft.isSpilled = true
        spilled.append(contentsOf: frame.text.part(draft.part))
    }

    private mutating func close(_ draft: inout Draft) -> ShellWord {
        var text = frame.text.part(draft.part)
        if draft.isSpilled {
            text = arena.copy(spilled[draft.firstSpilled...])
            spilled.removeLast(spilled.count - draft.firstSpilled)
        }
        var word = ShellWord(text)
        word.isQuoted = draft.isQuoted
        word.commands = draft.commands
        return word
    }

    /// Forgets a word that nobody asked for.
    mutating func drop(_ draft: Draft) { spilled.removeLast(spilled.count - draft.firstSpilled) }

    /// The word that begins at the frame's index; an empty one where none does.
    mutating func parseWord() -> ShellWord {
        let start = frame.index
        let text = frame.text
        var end = start
        while end < text.count, !signs.contains(text[end]) { end += 1 }
        frame.index = end
        // Most words are plain from end to end.
        if end == text.count || end > start && metacharacters.contains(text[end]) {
            return ShellWord(text.part(start..<end))
        }
        var draft = openDraft()
        append(start..<end, to: &draft)
        while frame.index < text.count, parsePart(&draft, isFirst: frame.index == start) {}
        return close(&draft)
    }

    /// Reads the next part of a word; false where the word ends.
    private mutating func parsePart(_ draft: inout Draft, isFirst: Bool) -> Bool {
        let start = frame.index
        let byte = frame.text[start]
        switch byte {
        case UInt8(ascii: "\\"):
            frame.index = min(start + 2, frame.text.count)
            if start + 1 < frame.text.count, frame.text[start + 1] != UInt8(ascii: "\n") {
                append(start + 1..<start + 2, to: &draft)
            }
        case UInt8(ascii: "'"):
            draft.isQuoted = true
            parseSingleQuoted(&draft)
        case UInt8(ascii: "\""):
            frame.index += 1
            draft.isQuoted = true
            parseQuoted(&draft, until: byte)
        case UInt8(ascii: "$"), UInt8(ascii: "`"):
            parseExpansion(&draft)
        case UInt8(ascii: "<") where isFirst && at(1) == UInt8(ascii: "("),
            UInt8(ascii: ">") where isFirst && at(1) == UInt8(ascii: "("):
            append(start..<start + 2, to: &draft)
            append(UInt8(ascii: ")"), to: &draft)
            frame.index += 1
            parseSubstitution(&draft)
        case _ where metacharacters.contains(byte):
            return false
        default:
            parsePlain(&draft, until: signs)
        }
        return true
    }

    private mutating func parsePlain(_ draft: inout Draft, until signs: ByteSet) {
        let start = frame.index
        var end = start + 1
        while end < frame.text.count, !signs.contains(frame.text[end]) { end += 1 }
        frame.index = end
        append(start..<end, to: &draft)
    }

    private mutating func parseSingleQuoted(_ draft: inout Draft) {
        let start = frame.index + 1
        var end = start
        while end < frame.text.count, frame.text[end] != UInt8(ascii: "'") { end += 1 }
        frame.index = min(end + 1, frame.text.count)
        append(start..<end, to: &draft)
    }

    /// What stands between double quotes, or in a here-document (no end).
    mutating func parseQuoted(_ draft: inout Draft, until end: UInt8?) {
        while frame.index < frame.text.count {
            let start = frame.index
            let byte = frame.text[start]
            if byte == end {
                frame.index += 1
                return
            }
            if byte == UInt8(ascii: "\\"), start + 1 < frame.text.count {
                let next = at(1)
                frame.index += 2
                if next == UInt8(ascii: "\n") { continue }
                let isEscaped =
                    next == UInt8(ascii: "$") || next == UInt8(ascii: "`")
                    || next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\")
                append(start + (isEscaped ? 1 : 0)..<start + 2, to: &draft)
            } else if byte == UInt8(ascii: "$") && at(1) != UInt8(ascii: "'")
                || byte == UInt8(ascii: "`")
            {
                parseExpansion(&draft)
            } else {
                parsePlain(&draft, until: quotedSigns)
            }
        }
    }

    /// `$name`, `${…}`, `$(…)`, `$((…))`, `$'…'`, `$"…"` or backquotes.
    private mutating func parseExpansion(_ draft: inout Draft) {
        let start = frame.index
        if frame.text[start] == UInt8(ascii: "`") {
            parseBackquotes(&draft)
            return
        }
        switch at(1) {
        case UInt8(ascii: "("):
            frame.index += 1
            append(start..<start + 2, to: &draft)
            append(UInt8(ascii: ")"), to: &draft)
            if at(1) == UInt8(ascii: "(") {
                skipArithmetic()
            } else {
                parseSubstitution(&draft)
            }
        case UInt8(ascii: "{"):
            parseParameter(&draft)
        case UInt8(ascii: "'"):
            frame.index += 2
            draft.isQuoted = true
            parseANSI(&draft)
        case UInt8(ascii: "\""):
            frame.index += 1
        default:
            append(start..<start + 1, to: &draft)
            frame.index += 1
        }
    }

    /// The opening parenthesis stands at the frame's index.
    private mutating func parseSubstitution(_ draft: inout Draft) {
        frame.index += 1
        guard frame.depth < ShellParser.deepest else { return }
        frame.depth += 1
        let before = commands.count
        // A here-document of the line around it is not this list's.
        let outer = (frame.firstDocument, frame.openDocument)
        frame.firstDocument = documents.count
        frame.openDocument = documents.count
        parseList(closing: UInt8(ascii: ")"), group: nil)
        documents.removeLast(documents.count - frame.firstDocument)
        (frame.firstDocument, frame.openDocument) = outer
        frame.depth -= 1
        draft.add(before..<commands.count)
    }

    private mutating func skipArithmetic() {
        var open = 0
        while frame.index < frame.text.count {
            if at(0) == UInt8(ascii: "(") { open += 1 }
            if at(0) == UInt8(ascii: ")") { open -= 1 }
            frame.index += 1
            if open == 0 { return }
        }
    }

    private mutating func parseParameter(_ draft: inout Draft) {
        var start = frame.index
        frame.index += 2
        var open = 1
        while frame.index < frame.text.count, open > 0 {
            let byte = at(0)
            if byte == UInt8(ascii: "$"), at(1) == UInt8(ascii: "("), at(2) != UInt8(ascii: "(") {
                append(start..<frame.index, to: &draft)
                frame.index += 1
                parseSubstitution(&draft)
                start = frame.index
                continue
            }
            if byte == UInt8(ascii: "{") { open += 1 }
            if byte == UInt8(ascii: "}") { open -= 1 }
            frame.index += 1
        }
        append(start..<min(frame.index, frame.text.count), to: &draft)
    }

    private mutating func parseBackquotes(_ draft: inout Draft) {
        let start = frame.index
        frame.index += 1
        var inner = openDraft()
        var plain = frame.index
        while frame.index < frame.text.count, at(0) != UInt8(ascii: "`") {
            let next = at(1)
            if at(0) == UInt8(ascii: "\\"),
                next == UInt8(ascii: "`") || next == UInt8(ascii: "\\")
                    || next == UInt8(ascii: "$")
            {
                append(plain..<frame.index, to: &inner)
                frame.index += 1
                plain = frame.index
            }
            frame.index += 1
        }
        append(plain..<frame.index, to: &inner)
        frame.index = min(frame.index + 1, frame.text.count)
        let script = close(&inner).text
        for byte in [UInt8(ascii: "$"), UInt8(ascii: "("), UInt8(ascii: ")")] {
            append(byte, to: &draft)
        }
        guard frame.depth < ShellParser.deepest else { return }
        let before = commands.count
        parseInner(script, range: frame.range ?? start..<frame.index) { parser in
            parser.parseList(closing: nil, group: nil)
        }
        draft.add(before..<commands.count)
    }

    /// The words between parentheses, as one.
    mutating func parseArray() -> ShellWord {
        var all = openDraft()
        frame.index += 1
        while frame.index < frame.text.count, at(0) != UInt8(ascii: ")") {
            let start = frame.index
            let word = parseWord()
            if frame.index == start {
                frame.index += 1
                continue
            }
            spill(&all)
            if spilled.count > all.firstSpilled { spilled.append(UInt8(ascii: " ")) }
            spilled.append(contentsOf: word.text)
            all.add(word.commands)
        }
        frame.index = min(frame.index + 1, frame.text.count)
        return close(&all)
    }

    // MARK: $'…'

    /// What stands in `$'…'`, its escapes as C has them.
    private mutating func parseANSI(_ draft: inout Draft) {
        while frame.index < frame.text.count, at(0) != UInt8(ascii: "'") {
            guard at(0) == UInt8(ascii: "\\"), frame.index + 1 < frame.text.count else {
                append(frame.index..<frame.index + 1, to: &draft)
                frame.index += 1
                continue
            }
            frame.index += 2
            parseANSIEscape(frame.text[frame.index - 1], &draft)
        }
        frame.index = min(frame.index + 1, frame.text.count)
    }

    private mutating func parseANSIEscape(_ kind: UInt8, _ draft: inout Draft) {
        switch kind {
        case UInt8(ascii: "n"): append(10, to: &draft)
        case UInt8(ascii: "t"): append(9, to: &draft)
        case UInt8(ascii: "r"): append(13, to: &draft)
        case UInt8(ascii: "a"): append(7, to: &draft)
        case UInt8(ascii: "b"): append(8, to: &draft)
        case UInt8(ascii: "f"): append(12, to: &draft)
        case UInt8(ascii: "v"): append(11, to: &draft)
        case UInt8(ascii: "e"), UInt8(ascii: "E"): append(27, to: &draft)
        case UInt8(ascii: "x"): appendByte(readNumber(16, 2), &draft)
        case UInt8(ascii: "u"): appendScalar(readNumber(16, 4), &draft)
        case UInt8(ascii: "U"): appendScalar(readNumber(16, 8), &draft)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            frame.index -= 1
            appendByte(readNumber(8, 3), &draft)
        default: append(kind, to: &draft)
        }
    }

    private mutating func readNumber(_ radix: UInt32, _ digits: Int) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            let byte = at(0)
            let digit = byte.isASCIIDigit ? UInt32(byte - 48) : UInt32(byte | 0x20) &- 87
            guard ByteSet.hexadecimal.contains(byte), digit < radix else { break }
            value = value &* radix &+ digit
            frame.index += 1
        }
        return value
    }

    private mutating func appendByte(_ value: UInt32, _ draft: inout Draft) {
        append(UInt8(truncatingIfNeeded: value), to: &draft)
    }

    private mutating func appendScalar(_ value: UInt32, _ draft: inout Draft) {
        guard let scalar = UnicodeScalar(value) else { return }
        for byte in UTF8.encode(scalar).map(Array.init) ?? [] { append(byte, to: &draft) }
    }
}
